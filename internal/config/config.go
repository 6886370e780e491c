// Package config reads and writes the configuration file, says what is wrong with
// it and what it would change. The file is YAML with the fields of billing.Config; a
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

// withDefaults gives each group and pool its cost basis (R6): whoever reads a
// configuration finds one, and the store keeps it in writing.
func withDefaults(c billing.Config) billing.Config {
	c.BillingGroups = slices.Clone(c.BillingGroups)
	for i := range c.BillingGroups {
		if c.BillingGroups[i].CostBasis == "" {
			c.BillingGroups[i].CostBasis = billing.TrueUnblended
		}
	}
	c.Pools = slices.Clone(c.Pools)
	for i := range c.Pools {
		if c.Pools[i].CostBasis == "" {
			c.Pools[i].CostBasis = billing.TrueUnblended
		}
	}
	return c
}
