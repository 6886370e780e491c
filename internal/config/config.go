// Package config reads the configuration file, says what is wrong with it and
// what it would change. The file is YAML with the fields of billing.Config; a
// resource (a payer, a billing group, a price book …) is declared whole, and
// what a file does not mention stays as it is.
package config

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Load reads files, and folders with all *.yaml and *.yml files below them in
// the order of their names. A file may hold several YAML documents; lists are
// joined in the order read. The same resource declared twice is an error that
// names both places. The error is an Errors with everything that was found:
// bad YAML, unknown and missing fields, and values that Check would refuse in
// one resource. What concerns several resources, which may be in the store
// already, is left to Check. A group without a cost basis gets the default,
// true-unblended (R6).
func Load(paths ...string) (billing.Config, error) {
	if len(paths) == 0 {
		return billing.Config{}, fmt.Errorf("no configuration file was named; give a file or a folder")
	}
	files, err := filesOf(paths)
	if err != nil {
		return billing.Config{}, err
	}
	var parts []part
	var errs Errors
	for _, file := range files {
		data, err := readFile(file)
		if err != nil {
			return billing.Config{}, err
		}
		found, wrong := readParts(file, data)
		parts = append(parts, found...)
		errs = append(errs, wrong...)
	}
	return joinParts(parts, errs)
}

// Parse reads the documents of one file; name is used in errors. It is Load
// for text that is at hand.
func Parse(name string, data []byte) (billing.Config, error) {
	return joinParts(readParts(name, data))
}

// filesOf lists every file once, folders opened up.
func filesOf(paths []string) ([]string, error) {
	var files []string
	seen := map[string]bool{}
	add := func(file string) error {
		whole, err := filepath.Abs(file)
		if err == nil && !seen[whole] {
			seen[whole] = true
			files = append(files, file)
		}
		return err
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			return nil, fmt.Errorf("configuration cannot be read: %w", err)
		}
		if !info.IsDir() {
			if err := add(path); err != nil {
				return nil, err
			}
			continue
		}
		found := false
		err = filepath.WalkDir(path, func(file string, entry fs.DirEntry, err error) error {
			extension := filepath.Ext(file)
			if err != nil || entry.IsDir() || extension != ".yaml" && extension != ".yml" {
				return err
			}
			found = true
			return add(file)
		})
		if err != nil {
			return nil, fmt.Errorf("configuration folder %s cannot be read: %w", path, err)
		}
		if !found {
			return nil, fmt.Errorf("configuration folder %s holds no .yaml or .yml file", path)
		}
	}
	return files, nil
}

// readFile reads at most one byte more than a file may have.
func readFile(name string) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("configuration cannot be read: %w", err)
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, maxFileSize+1))
	if err != nil {
		return nil, fmt.Errorf("configuration cannot be read: %w", err)
	}
	return data, nil
}

// part is one YAML document. Its places have paths with indexes.
type part struct {
	file   string
	config billing.Config
	places map[string]place
}

// readParts reads every document of a file.
func readParts(file string, data []byte) ([]part, Errors) {
	bodies, bad := documents(data)
	if bad != nil {
		bad.File = file
		return nil, Errors{bad}
	}
	var parts []part
	var errs Errors
	for _, body := range bodies {
		p, wrong := readPart(file, body)
		parts = append(parts, p)
		errs = append(errs, wrong...)
	}
	return parts, errs
}

func readPart(file string, body ast.Node) (part, Errors) {
	d := decoder{places: map[string]place{}}
	p := part{file: file, places: d.places}
	d.value(body, reflect.ValueOf(&p.config).Elem(), "")

	k := checker{}
	k.resources(p.config)
	unreadable := d.errors
	for _, problem := range k.problems {
		if !concerns(unreadable, problem.Path) {
			d.fail(p.place(problem.Path), problem.Path, "%s", problem.Message)
		}
	}
	for _, err := range d.errors {
		err.File = file
		err.Field = display(p.config, err.Field)
	}
	return p, d.errors
}

// concerns tells whether one of the errors is at the path, above or below it:
// a value that could not be read says nothing about the rule it breaks.
func concerns(errs Errors, path string) bool {
	for _, err := range errs {
		if within(err.Field, path) || within(path, err.Field) {
			return true
		}
	}
	return false
}

// within tells whether path is outer or something inside it.
func within(path, outer string) bool {
	rest, ok := strings.CutPrefix(path, outer)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}

// place is where a path was written, or the nearest thing around it that was.
func (p part) place(path string) place {
	for {
		if found, ok := p.places[path]; ok {
			return found
		}
		path = path[:max(0, strings.LastIndexAny(path, ".["))]
		if path == "" {
			return p.places[""]
		}
	}
}

// joinParts puts the documents together and refuses a resource that is there twice.
func joinParts(parts []part, errs Errors) (billing.Config, error) {
	var whole billing.Config
	for _, kind := range kinds {
		var all []resource
		first := map[string]string{} // identity → where it was seen first
		for _, p := range parts {
			for i, r := range kind.list(p.config) {
				where := p.place(kind.path(i))
				before, twice := first[r.id]
				switch {
				case r.id == "": // reported as missing already
				case twice:
					errs = append(errs, &Error{p.file, where.line, where.column, pathOf(kind.name, r.id),
						"is already declared at " + before + "; keep one of the two"})
				default:
					first[r.id] = fmt.Sprintf("%s:%d:%d", p.file, where.line, where.column)
					all = append(all, r)
				}
			}
		}
		kind.set(&whole, all)
	}
	if err := errs.orNil(); err != nil {
		return billing.Config{}, err
	}
	return withDefaults(whole), nil
}

// withDefaults gives each group its cost basis (R6): whoever reads a
// configuration finds one, and the store keeps it in writing.
func withDefaults(c billing.Config) billing.Config {
	c.BillingGroups = slices.Clone(c.BillingGroups)
	for i := range c.BillingGroups {
		if c.BillingGroups[i].CostBasis == "" {
			c.BillingGroups[i].CostBasis = billing.TrueUnblended
		}
	}
	return c
}
