package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Error is one thing wrong with a configuration file. Line and Column count
// from 1 and are 0 when the trouble is the file itself; Field is empty when
// the text is not YAML.
type Error struct {
	File    string
	Line    int
	Column  int
	Field   string // such as billing_groups[acme-main].currency
	Message string // what was expected
}

// Error writes "reseller.yaml:12:7: billing_groups[acme-main].currency: …".
func (e *Error) Error() string {
	text := e.File
	if e.Line > 0 {
		text += fmt.Sprintf(":%d:%d", e.Line, e.Column)
	}
	if e.Field != "" {
		text += ": " + e.Field
	}
	return text + ": " + e.Message
}

// Errors are all the things found wrong in one go, sorted by file and position.
type Errors []*Error

// printedErrors bounds the text of Errors; after so many lines a person
// fixes what is there and runs again.
const printedErrors = 50

// Error writes one error a line.
func (e Errors) Error() string {
	var lines []string
	for i, one := range e {
		if i == printedErrors {
			lines = append(lines, fmt.Sprintf("and %d more", len(e)-printedErrors))
			break
		}
		lines = append(lines, one.Error())
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
