package house

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
)

// noFloats finds binary fractions: they cannot hold 0.1, so money and
// quantities are money.Decimal everywhere.
func noFloats(t Tree) (complaints []string) {
	for _, s := range t.Sources {
		ast.Inspect(s.Syntax, func(n ast.Node) bool {
			if what := float(n); what != "" {
				complaints = append(complaints, fmt.Sprintf("%s: %s is a binary fraction; use money.Decimal", t.At(n), what))
				return false
			}
			return true
		})
	}
	return complaints
}

var (
	// floatNames are what the standard library calls its ways to binary fractions.
	floatNames = regexp.MustCompile(`^(Parse|Format|Append|New)?Float$|Float(32|64)$`)
	// integersOfMath are the names of package math that are integers.
	integersOfMath = regexp.MustCompile(`^(Max|Min)(Int|Uint)`)
)

// float names what is a binary fraction about a node, or is empty.
func float(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Ident:
		if slices.Contains([]string{"float32", "float64", "complex64", "complex128"}, n.Name) {
			return n.Name
		}
	case *ast.BasicLit:
		if n.Kind == token.FLOAT || n.Kind == token.IMAG {
			return n.Value
		}
	case *ast.SelectorExpr: // strconv.ParseFloat, big.Float, (*big.Rat).Float64, math.Floor …
		of, _ := n.X.(*ast.Ident)
		math := of != nil && of.Name == "math"
		if floatNames.MatchString(n.Sel.Name) || math && !integersOfMath.MatchString(n.Sel.Name) {
			return n.Sel.Name
		}
	}
	return ""
}

const mostLines = 450

func fileSizes(t Tree) (complaints []string) {
	for _, s := range t.Sources {
		if s.Lines > mostLines && !ast.IsGenerated(s.Syntax) { // nobody reads what a program wrote
			complaints = append(complaints, fmt.Sprintf("%s: %d lines, more than %d; cut it by noun", s.Path, s.Lines, mostLines))
		}
	}
	return complaints
}

// packageComments wants every package of internal/ to say what it is for.
func packageComments(t Tree) (complaints []string) {
	commented := map[string]bool{}
	for _, s := range t.Sources {
		if strings.HasPrefix(s.Path, "internal/") {
			comment := s.Syntax.Doc.Text()
			name := s.Syntax.Name.Name
			commented[s.Folder] = commented[s.Folder] || strings.HasPrefix(comment, "Package "+name+" ") || name == "main" && comment != ""
		}
	}
	for folder, has := range commented {
		if !has {
			complaints = append(complaints, fmt.Sprintf("%s: no file begins with a comment “Package %s …”", folder, path.Base(folder)))
		}
	}
	slices.Sort(complaints)
	return complaints
}

// later are the marks of unfinished work, in two parts so that this file has none.
var later = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)

func nothingLater(t Tree) (complaints []string) {
	for _, f := range t.Texts {
		if f.Path == "go.sum" {
			continue
		}
		for i, line := range bytes.Split(f.Text, []byte("\n")) {
			if mark := later.Find(line); mark != nil {
				complaints = append(complaints, fmt.Sprintf("%s:%d: %s marks unfinished work; finish it, or describe it in docs/", f.Path, i+1, mark))
			}
		}
	}
	return complaints
}
