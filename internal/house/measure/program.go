package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// program is the repository's packages with their types.
type program struct {
	module    string // what the import paths of the repository begin with
	root      string // absolute
	positions *token.FileSet
	plain     []*pkg // as they are built
	variants  []*pkg // as tests see them, and the tests' own packages
	notes     []string
}

// pkg is a package of the repository, or a variant of one that is compiled
// together with tests.
type pkg struct {
	listed
	path  string // import path without the variant
	types *types.Package
	info  *types.Info
	files []*ast.File
	sees  map[string]*pkg // by import path: itself and all of the repository it is made of
}

// listed is what the go command says of a package.
type listed struct {
	ImportPath string // “path [path.test]” of a variant
	Dir        string
	ForTest    string // empty of a package as it is built
	GoFiles    []string
	Imports    []string          // as ImportPath
	ImportMap  map[string]string // as written → as ImportPath, where they differ
	Module     *struct {
		Path, Dir, GoVersion string
		Main                 bool // it is the repository
	}
	Error *struct{ Err string }
}

func (l listed) ours() bool { return l.Module != nil && l.Module.Main }

// loadProgram asks the go command for all packages below root, and checks the
// types of the repository's own from their source. What others declare comes
// from the compiler's export data. A package that does not compile is read as
// far as it goes, with a note.
func loadProgram(root string) (program, error) {
	found, err := goList(root, "-e", "-test", "-deps", "-json=ImportPath,Dir,ForTest,GoFiles,Imports,ImportMap,Module,Error", "./...")
	if err != nil {
		return program{}, err
	}
	p := program{positions: token.NewFileSet()}
	byID := map[string]*pkg{}
	var own []*pkg
	for _, l := range found {
		if !l.ours() || strings.HasSuffix(l.ImportPath, ".test") { // the main that go test writes
			continue
		}
		path, _, _ := strings.Cut(l.ImportPath, " ")
		one := &pkg{listed: l, path: path}
		byID[l.ImportPath] = one
		own = append(own, one)
		p.module, p.root = l.Module.Path, l.Module.Dir
	}
	if len(own) == 0 {
		return program{}, fmt.Errorf("there is no Go package below %s", root)
	}
	others, err := p.others(root, own)
	if err != nil {
		return program{}, err
	}
	for _, one := range own { // what is imported comes before what imports it
		if err := p.check(one, byID, others); err != nil {
			return program{}, err
		}
		if one.ForTest == "" {
			p.plain = append(p.plain, one)
		} else {
			p.variants = append(p.variants, one)
		}
	}
	return p, nil
}

// goList runs go list at root and reads the JSON it writes.
func goList(root string, args ...string) (found []listed, err error) {
	said, err := goCommand(root, append([]string{"list"}, args...)...)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(said))
	for {
		var one listed
		err := decoder.Decode(&one)
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading what go list says: %w", err)
		}
		found = append(found, one)
	}
}

func goCommand(root string, args ...string) ([]byte, error) {
	command := exec.Command("go", args...)
	command.Dir = root
	var complaint bytes.Buffer
	command.Stderr = &complaint
	said, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s below %s: %w\n%s", args[0], root, err, complaint.Bytes())
	}
	return said, nil
}

// others reads the packages that are not the repository's from the compiler's
// export data, which the go command makes where it is not there yet.
func (p program) others(root string, own []*pkg) (types.Importer, error) {
	paths := map[string]bool{}
	for _, one := range own {
		for _, imported := range one.Imports {
			path, _, _ := strings.Cut(imported, " ")
			if !p.owns(path) && path != "unsafe" && path != "C" {
				paths[path] = true
			}
		}
	}
	files := map[string]string{}
	if len(paths) > 0 {
		args := append([]string{"list", "-export", "-f", "{{.ImportPath}}\t{{.Export}}"}, slices.Sorted(maps.Keys(paths))...)
		said, err := goCommand(root, args...)
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(string(said)) {
			path, file, _ := strings.Cut(strings.TrimSpace(line), "\t")
			files[path] = file
		}
	}
	return importer.ForCompiler(p.positions, "gc", func(path string) (io.ReadCloser, error) {
		if files[path] == "" {
			return nil, fmt.Errorf("the compiler has no export data of %s", path)
		}
		return os.Open(files[path])
	}), nil
}

// check reads a package's files and resolves its names. Packages it imports
// have been checked before.
func (p *program) check(one *pkg, byID map[string]*pkg, others types.Importer) error {
	var first error
	var files []*ast.File
	for _, name := range one.GoFiles {
		file, err := parser.ParseFile(p.positions, filepath.Join(one.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		files = append(files, file)
	}
	one.info = &types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}, Types: map[ast.Expr]types.TypeAndValue{},
		Instances: map[*ast.Ident]types.Instance{}}
	one.sees = map[string]*pkg{}
	config := types.Config{
		GoVersion: "go" + one.Module.GoVersion,
		Importer: importFunc(func(path string) (*types.Package, error) {
			id := path
			if mapped := one.ImportMap[path]; mapped != "" {
				id = mapped
			}
			if imported := byID[id]; imported != nil && imported.types != nil {
				maps.Copy(one.sees, imported.sees)
				return imported.types, nil
			}
			return others.Import(id)
		}),
		Error: func(err error) {
			if first == nil {
				first = err
			}
		},
	}
	one.files = files
	one.types, _ = config.Check(one.path, p.positions, files, one.info) // the error is the first one
	one.sees[one.path] = one
	if one.Error != nil && first == nil {
		first = errors.New(strings.TrimSpace(one.Error.Err))
	}
	if first != nil {
		note := strings.ReplaceAll(first.Error(), p.root+string(filepath.Separator), "") + ": not all uses are counted"
		if !slices.Contains(p.notes, note) { // a variant has the faults of its package
			p.notes = append(p.notes, note)
		}
	}
	return nil
}

// importFunc is an importer that is one function.
type importFunc func(path string) (*types.Package, error)

// Import finds a package by its path as it is written in the source.
func (f importFunc) Import(path string) (*types.Package, error) { return f(path) }

// owns tells whether an import path belongs to the repository.
func (p program) owns(path string) bool {
	return path == p.module || strings.HasPrefix(path, p.module+"/")
}

// folder is where a package lies, from the root.
func (p program) folder(one *pkg) string {
	if one.path == p.module {
		return "."
	}
	return strings.TrimPrefix(one.path, p.module+"/")
}

// at is file:line of a position, the file from the root.
func (p program) at(pos token.Pos) string {
	position := p.positions.Position(pos)
	file, err := filepath.Rel(p.root, position.Filename)
	if err != nil {
		file = position.Filename
	}
	return fmt.Sprintf("%s:%d", filepath.ToSlash(file), position.Line)
}
