// Package house holds what the rules of the house and their measure share: the
// repository's files, the import order, and the dependencies with their
// reasons. The rules are its tests, and check what a reader cannot by eye: who
// imports whom, no binary fractions, files that fit a head.
package house

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Tree is the repository as the rules see it.
type Tree struct {
	Sources   []Source // Go files without the tests
	Tests     []Source // files that end in _test.go
	Texts     []Text   // every file that is not binary, Go files and tests included
	Positions *token.FileSet
}

// Source is a Go file outside testdata.
type Source struct {
	Path   string // from the root, with slashes
	Folder string // of the package
	Lines  int
	Syntax *ast.File // with comments
}

// Text is a file as it is.
type Text struct {
	Path string // from the root, with slashes
	Text []byte
}

// notOurs are folders that are made, not written.
var notOurs = []string{".git", ".tools", "bin", "out", "sluice-data", "web/node_modules", "web/dist/app"}

// ReadTree reads all files below root but those in folders that are made, not
// written. It fails on a file that cannot be read, and on Go that cannot be
// parsed.
func ReadTree(root fs.FS) (Tree, error) {
	read := Tree{Positions: token.NewFileSet()}
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains(notOurs, name):
			return fs.SkipDir
		case !entry.Type().IsRegular():
			return nil
		}
		return read.add(root, name)
	})
	return read, err
}

func (t *Tree) add(root fs.FS, name string) error {
	content, err := fs.ReadFile(root, name)
	if err != nil {
		return err
	}
	if bytes.IndexByte(content, 0) < 0 {
		t.Texts = append(t.Texts, Text{name, content})
	}
	if !strings.HasSuffix(name, ".go") || strings.Contains(name, "testdata/") {
		return nil
	}
	syntax, err := parser.ParseFile(t.Positions, name, content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	file := Source{name, path.Dir(name), bytes.Count(content, []byte("\n")), syntax}
	if strings.HasSuffix(name, "_test.go") {
		t.Tests = append(t.Tests, file)
	} else {
		t.Sources = append(t.Sources, file)
	}
	return nil
}

// Text is the content of a file, empty where there is none.
func (t Tree) Text(path string) []byte {
	for _, f := range t.Texts {
		if f.Path == path {
			return f.Text
		}
	}
	return nil
}

// At is file:line of a node, for a person.
func (t Tree) At(n ast.Node) string {
	position := t.Positions.Position(n.Pos())
	position.Column = 0
	return position.String()
}
