package config

import (
	"errors"
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Declaration is a configuration as files declare it, with the place of
// everything in them.
type Declaration struct {
	Config billing.Config
	// declared is where each resource stands, by kind and identity.
	declared map[[2]string]declaredAt
}

// declaredAt is the document that declares a resource, and its path there.
type declaredAt struct {
	part part
	path string
}

// Load reads files, and folders with all *.yaml and *.yml files below them in
// the order of their names. A file may hold several YAML documents; lists are
// joined in the order read. The same resource declared twice is an error that
// names both places. The error is an Errors with everything that was found:
// bad YAML, unknown and missing fields, and values that Check would refuse in
// one resource. What concerns several resources, which may be in the store
// already, is left to Check. A group or pool without a cost basis gets the
// default, true-unblended (R6).
func Load(paths ...string) (billing.Config, error) {
	d, err := Read(paths...)
	return d.Config, err
}

// Read is Load for who wants to know the lines of what Check finds later.
func Read(paths ...string) (Declaration, error) {
	if len(paths) == 0 {
		return Declaration{}, fmt.Errorf("no configuration file was named; give a file or a folder")
	}
	files, err := filesOf(paths)
	if err != nil {
		return Declaration{}, err
	}
	var parts []part
	var errs Errors
	for _, file := range files {
		data, err := readFile(file)
		if err != nil {
			return Declaration{}, err
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
	parts, errs := readParts(name, data)
	d, err := joinParts(parts, errs)
	return d.Config, err
}

// joinParts puts the documents together and refuses a resource that is there twice.
func joinParts(parts []part, errs Errors) (Declaration, error) {
	d := Declaration{declared: map[[2]string]declaredAt{}}
	for _, kind := range kinds {
		var all []resource
		for _, p := range parts {
			for i, r := range kind.list(p.config) {
				key, at := [2]string{kind.name, r.id}, declaredAt{p, kind.path(i)}
				before, twice := d.declared[key]
				switch {
				case r.id == "": // reported as missing already
				case twice:
					errs = append(errs, at.wrong("", pathOf(kind.name, r.id), "is already declared at "+before.String()+"; keep one of the two"))
				default:
					d.declared[key] = at
					all = append(all, r)
				}
			}
		}
		kind.set(&d.Config, all)
	}
	if err := errs.orNil(); err != nil {
		return Declaration{}, err
	}
	d.Config = withDefaults(d.Config)
	return d, nil
}

// Locate gives the Problems that err holds the lines they are about: it returns
// Errors. A problem between several resources of which the files declare some
// stands at the first of these; one that the files have no part in has no line.
// Any other error is returned as it is.
func (d Declaration) Locate(err error) error {
	var problems Problems
	if !errors.As(err, &problems) {
		return err
	}
	var located Errors
	for _, p := range problems {
		located = append(located, d.locate(p))
	}
	return located.orNil()
}

// Place is where a file declares something: file, line and column, such as
// reseller.yaml:12:7. inner is the path inside the resource, such as ".rules[2]".
// It is empty where no file declares the resource.
func (d Declaration) Place(kind, id, inner string) string {
	at, ok := d.declared[[2]string{kind, id}]
	if !ok {
		return ""
	}
	at.path += inner
	return at.String()
}

func (d Declaration) locate(p Problem) *Error {
	for _, spot := range p.Spots {
		if at, ok := d.declared[[2]string{spot.Kind, spot.ID}]; ok {
			return at.wrong(spot.Inner, p.Path, p.Message)
		}
	}
	return &Error{Field: p.Path, Message: p.Message}
}

// wrong is an error at a path inside the resource.
func (at declaredAt) wrong(inner, field, message string) *Error {
	where := at.part.place(at.path + inner)
	return &Error{at.part.file, where.line, where.column, field, message}
}

// String writes "reseller.yaml:12:7".
func (at declaredAt) String() string {
	where := at.part.place(at.path)
	return fmt.Sprintf("%s:%d:%d", at.part.file, where.line, where.column)
}
