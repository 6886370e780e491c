package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"io"
	"os"
	"slices"

	"github.com/sluice-billing/sluice/internal/house"
)

// report is all that is measured. Test code is files that end in _test.go;
// generated files count nowhere.
type report struct {
	Functions     lengths      `json:"functions"`
	TestFunctions lengths      `json:"test_functions"`
	Files         lengths      `json:"files"`
	TestFiles     lengths      `json:"test_files"`
	Undocumented  list[symbol] `json:"undocumented"`
	Packages      packageTable `json:"packages"`
	Interfaces    list[seam]   `json:"interfaces_below_two"`
	Repeats       list[repeat] `json:"repeats"`
	Dependencies  dependencies `json:"dependencies"`
	Commits       commits      `json:"commits"`
	Notes         []string     `json:"notes,omitempty"` // what stands in the way of exact numbers
}

// number is a measured value with what it should be.
type number struct {
	Value  int    `json:"value"`
	Aim    string `json:"aim"`
	Missed bool   `json:"missed"`
}

func atMost(aim, value int) number {
	return number{value, fmt.Sprintf("<= %d", aim), value > aim}
}

func none(value int) number { return number{value, "0", value > 0} }

func atLeast(aim, value int) number {
	return number{value, fmt.Sprintf(">= %d", aim), value < aim}
}

// list is things that should not be, with their number.
type list[T any] struct {
	Count number `json:"count"`
	All   []T    `json:"all,omitempty"`
}

func noneOf[T any](found []T) list[T] { return list[T]{none(len(found)), found} }

// symbol is a name and where it is declared.
type symbol struct {
	At   string `json:"at"` // file:line
	Name string `json:"name"`
}

// measure reads the repository at root. It fails where files cannot be read or
// parsed, or the go command cannot list the packages.
func measure(root string) (report, error) {
	tree, err := house.ReadTree(os.DirFS(root))
	if err != nil {
		return report{}, fmt.Errorf("reading the Go files below %s: %w", root, err)
	}
	tree.Sources = slices.DeleteFunc(tree.Sources, generated)
	tree.Tests = slices.DeleteFunc(tree.Tests, generated)
	program, err := loadProgram(root)
	if err != nil {
		return report{}, err
	}
	exported := program.exportedNames()
	return report{
		Functions:     functionLengths(tree, tree.Sources),
		TestFunctions: functionLengths(tree, tree.Tests),
		Files:         fileLengths(tree.Sources),
		TestFiles:     fileLengths(tree.Tests),
		Undocumented:  noneOf(undocumented(tree)),
		Packages:      tablePackages(tree, exported),
		Interfaces:    noneOf(program.interfacesBelowTwo()),
		Repeats:       noneOf(repeats(tree)),
		Dependencies:  listDependencies(tree),
		Commits:       readCommits(root),
		Notes:         program.notes,
	}, nil
}

// aims are all numbers that have one.
func (r report) aims() (numbers []number) {
	for _, l := range []lengths{r.Functions, r.TestFunctions, r.Files, r.TestFiles} {
		numbers = append(numbers, l.Median, l.P90)
	}
	numbers = append(numbers, r.Undocumented.Count, r.Packages.Unused, r.Packages.Against, r.Packages.Percent, r.Interfaces.Count,
		r.Repeats.Count, r.Dependencies.Complaints)
	if r.Commits.Absent == "" {
		numbers = append(numbers, r.Commits.All.Median, r.Commits.All.P90, r.Commits.Code.Median, r.Commits.Code.P90)
	}
	return numbers
}

func generated(s house.Source) bool { return ast.IsGenerated(s.Syntax) }

// dependencies are the modules that go.mod requires directly.
type dependencies struct {
	Direct     int      `json:"direct"`
	Complaints number   `json:"complaints"`
	Said       []string `json:"said,omitempty"` // the complaints
	Modules    []module `json:"modules"`
}

type module struct {
	Module string `json:"module"`
	Why    string `json:"why"`
}

func listDependencies(t house.Tree) dependencies {
	direct, complaints := house.Dependencies(t)
	d := dependencies{Direct: len(direct), Complaints: none(len(complaints)), Said: complaints}
	for _, one := range direct {
		d.Modules = append(d.Modules, module(one))
	}
	return d
}

func (r report) writeJSON(w io.Writer) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(r)
}
