package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"slices"
	"strings"
	"unicode"

	"github.com/sluice-billing/sluice/internal/house"
)

// window is how many lines in a row must be the same to be a repeat.
const window = 6

// repeat is a run of lines that stands in two places or more.
type repeat struct {
	Lines  int      `json:"lines"`  // that count
	Places []string `json:"places"` // file:first-last
}

// listing is the lines of a file that count.
type listing struct {
	path    string
	words   []int // what a line says, as a number that equal lines share
	numbers []int // where it stands
}

// spot is the place of a line in a list of listings.
type spot struct{ file, line int }

// repeats lists runs of equal lines in non-test code, longest first. Lines are
// equal when they differ in white space at most. Blank lines, lines without a
// letter or digit such as a closing brace, comments, imports and the package's
// name do not count, and do not end a run. A run in three places is one repeat.
func repeats(t house.Tree) (found []repeat) {
	files := listings(t)
	places := map[string]map[spot]bool{} // of each run, by its words
	lengths := map[string]int{}
	for _, same := range windows(files) {
		for i, a := range same {
			for _, b := range same[i+1:] {
				n := runLength(files, a, b)
				if n < window {
					continue
				}
				words := fmt.Sprint(files[a.file].words[a.line : a.line+n])
				if places[words] == nil {
					places[words] = map[spot]bool{}
				}
				places[words][a], places[words][b], lengths[words] = true, true, n
			}
		}
	}
	for words, spots := range places {
		r := repeat{Lines: lengths[words]}
		for s := range spots {
			f := files[s.file]
			r.Places = append(r.Places, fmt.Sprintf("%s:%d-%d", f.path, f.numbers[s.line], f.numbers[s.line+r.Lines-1]))
		}
		slices.Sort(r.Places)
		found = append(found, r)
	}
	slices.SortFunc(found, func(a, b repeat) int {
		return cmp.Or(cmp.Compare(b.Lines, a.Lines), cmp.Compare(len(b.Places), len(a.Places)), slices.Compare(a.Places, b.Places))
	})
	return found
}

// windows are the spots at which the same lines begin, by these lines; in the
// order of the files.
func windows(files []listing) map[[window]int][]spot {
	all := map[[window]int][]spot{}
	for i, f := range files {
		for at := range len(f.words) - window + 1 {
			key := [window]int(f.words[at : at+window])
			all[key] = append(all[key], spot{i, at})
		}
	}
	return all
}

// runLength is the number of lines that are the same from two spots on, a
// before b; 0 where the run begins before them. Two runs in one file do not
// overlap.
func runLength(files []listing, a, b spot) int {
	left, right := files[a.file].words, files[b.file].words
	if a.line > 0 && b.line > 0 && left[a.line-1] == right[b.line-1] {
		return 0
	}
	most := min(len(left)-a.line, len(right)-b.line)
	if a.file == b.file {
		most = min(most, b.line-a.line)
	}
	n := 0
	for n < most && left[a.line+n] == right[b.line+n] {
		n++
	}
	return n
}

func listings(t house.Tree) []listing {
	vocabulary := map[string]int{}
	var files []listing
	for _, s := range t.Sources {
		f := listing{path: s.Path}
		skipped := skippedLines(t.Positions, s.Syntax)
		number := 0
		for text := range strings.Lines(string(t.Text(s.Path))) {
			number++
			words := strings.Join(strings.Fields(text), " ")
			if skipped[number] || !strings.ContainsFunc(words, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
				continue
			}
			if _, known := vocabulary[words]; !known {
				vocabulary[words] = len(vocabulary)
			}
			f.words = append(f.words, vocabulary[words])
			f.numbers = append(f.numbers, number)
		}
		files = append(files, f)
	}
	return files
}

// skippedLines are those of comments, imports and the package's name. A line
// that begins with code and ends in a comment is not skipped.
func skippedLines(positions *token.FileSet, f *ast.File) map[int]bool {
	skipped := map[int]bool{}
	skip := func(from, to token.Pos) {
		for number := positions.Position(from).Line; number <= positions.Position(to).Line; number++ {
			skipped[number] = true
		}
	}
	code := codeLines(positions, f)
	for _, group := range f.Comments {
		for _, comment := range group.List {
			if !code[positions.Position(comment.Pos()).Line] {
				skip(comment.Pos(), comment.End())
			}
		}
	}
	skip(f.Package, f.Name.End())
	for _, declared := range f.Decls {
		if d, ok := declared.(*ast.GenDecl); ok && d.Tok == token.IMPORT {
			skip(d.Pos(), d.End())
		}
	}
	return skipped
}

// codeLines are the lines on which something other than a comment begins.
func codeLines(positions *token.FileSet, f *ast.File) map[int]bool {
	code := map[int]bool{}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.Comment, *ast.CommentGroup:
			return false
		}
		code[positions.Position(n.Pos()).Line] = true
		code[positions.Position(n.End()-1).Line] = true
		return true
	})
	return code
}
