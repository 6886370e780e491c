package main

import (
	"cmp"
	"go/ast"
	"slices"

	"github.com/sluice-billing/sluice/internal/house"
)

// lengths are numbers of lines. A middle is taken by nearest rank: the smallest
// length that half, or nine tenths, of all do not exceed.
type lengths struct {
	Count   int    `json:"count"`
	Median  number `json:"median"`
	P90     number `json:"p90"`
	Longest []long `json:"longest"` // ten at most
}

// long is a function or a file with its lines; a file has no name.
type long struct {
	At    string `json:"at"`
	Name  string `json:"name,omitempty"`
	Lines int    `json:"lines"`
}

// functionLengths counts each function and method from the line of “func” to
// that of the closing brace, both included. Comments and blank lines inside
// count; the doc comment does not. A function literal is part of the function
// it stands in.
func functionLengths(t house.Tree, sources []house.Source) lengths {
	var all []long
	for _, s := range sources {
		for _, declared := range s.Syntax.Decls {
			f, ok := declared.(*ast.FuncDecl)
			if !ok {
				continue
			}
			lines := t.Positions.Position(f.End()).Line - t.Positions.Position(f.Pos()).Line + 1
			all = append(all, long{t.At(f), functionName(f), lines})
		}
	}
	return sum(all, 12, 45)
}

// functionName is Name, or Type.Name of a method.
func functionName(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	return receiver(f) + "." + f.Name.Name
}

// receiver is the name of the type a method belongs to.
func receiver(f *ast.FuncDecl) string {
	of := f.Recv.List[0].Type
	for {
		switch t := of.(type) {
		case *ast.StarExpr:
			of = t.X
		case *ast.ParenExpr:
			of = t.X
		case *ast.IndexExpr:
			of = t.X
		case *ast.IndexListExpr:
			of = t.X
		case *ast.Ident:
			return t.Name
		default:
			return "?"
		}
	}
}

// fileLengths counts every line of a file.
func fileLengths(sources []house.Source) lengths {
	var all []long
	for _, s := range sources {
		all = append(all, long{At: s.Path, Lines: s.Lines})
	}
	return sum(all, 150, 450)
}

func sum(all []long, medianAim, p90Aim int) lengths {
	slices.SortStableFunc(all, func(a, b long) int { return cmp.Compare(b.Lines, a.Lines) })
	var lines []int
	for _, one := range all {
		lines = append(lines, one.Lines)
	}
	return lengths{
		Count:   len(all),
		Median:  atMost(medianAim, rank(lines, 50)),
		P90:     atMost(p90Aim, rank(lines, 90)),
		Longest: all[:min(10, len(all))],
	}
}

// rank is the smallest value that percent of all do not exceed; 0 of none.
func rank(values []int, percent int) int {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)*percent+99)/100-1]
}
