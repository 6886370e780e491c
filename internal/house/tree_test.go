package house_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
	"testing"
)

// tree is the repository as the rules see it.
type tree struct {
	sources   []source // Go files without the tests
	texts     []text   // every file that is not binary, tests included
	positions *token.FileSet
}

type source struct {
	path   string // from the root, with slashes
	folder string // of the package
	lines  int
	syntax *ast.File
}

type text struct {
	path string
	text []byte
}

// notOurs are folders that are made, not written.
var notOurs = []string{".git", ".tools", "bin", "out", "sluice-data"}

func readTree(t *testing.T, root fs.FS) tree {
	t.Helper()
	read := tree{positions: token.NewFileSet()}
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
	if err != nil {
		t.Fatal(err)
	}
	return read
}

func (t *tree) add(root fs.FS, name string) error {
	content, err := fs.ReadFile(root, name)
	if err != nil {
		return err
	}
	if bytes.IndexByte(content, 0) < 0 {
		t.texts = append(t.texts, text{name, content})
	}
	if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.Contains(name, "testdata/") {
		return nil
	}
	syntax, err := parser.ParseFile(t.positions, name, content, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	t.sources = append(t.sources, source{name, path.Dir(name), bytes.Count(content, []byte("\n")), syntax})
	return nil
}

// at is file:line of a node, for a person.
func (t tree) at(n ast.Node) string {
	position := t.positions.Position(n.Pos())
	position.Column = 0
	return position.String()
}
