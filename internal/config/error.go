package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error is one thing wrong with a configuration file. Line and Column count
// from 1 and are 0 when the trouble is the file itself; Field is empty when
// the text is not YAML. File is empty for what no file declares but the store.
type Error struct {
	File    string
	Line    int
	Column  int
	Field   string // such as billing_groups[acme-main].currency
	Message string // what was expected
}

// Error writes "reseller.yaml:12:7: billing_groups[acme-main].currency: …".
func (e *Error) Error() string {
	var parts []string
	switch {
	case e.Line > 0:
		parts = append(parts, fmt.Sprintf("%s:%d:%d", e.File, e.Line, e.Column))
	case e.File != "":
		parts = append(parts, e.File)
	}
	if e.Field != "" {
		parts = append(parts, e.Field)
	}
	return strings.Join(append(parts, e.Message), ": ")
}

// Errors are all the things found wrong in one go, sorted by file and position.
type Errors []*Error

// printedErrors bounds the text of Errors; after so many lines a person
// fixes what is there and runs again.
const printedErrors = 50

// Error writes one error a line.
func (e Errors) Error() string { return listed(e, (*Error).Error) }

func listed[T any](all []T, text func(T) string) string {
	var lines []string
	for i, one := range all {
		if i == printedErrors {
			lines = append(lines, fmt.Sprintf("and %d more", len(all)-printedErrors))
			break
		}
		lines = append(lines, text(one))
	}
	return strings.Join(lines, "\n")
}

// Unwrap lets errors.As find each *Error.
func (e Errors) Unwrap() []error {
	all := make([]error, len(e))
	for i, one := range e {
		all[i] = one
	}
	return all
}

// orNil returns the errors sorted, or nil when there are none.
func (e Errors) orNil() error {
	if len(e) == 0 {
		return nil
	}
	slices.SortStableFunc(e, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return e
}
