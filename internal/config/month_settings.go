package config

import (
	"encoding/json"
	"io"
	"reflect"

	"github.com/goccy/go-yaml/ast"

	"github.com/sluice-billing/sluice/internal/billing"
)

// MonthSettings reads invoice settings that are to change some of a month's: a
// YAML map of names of InvoiceSettings. What the text gives a name replaces that
// setting whole; null, or the value it has where nothing is said, takes it away.
// The result is JSON by name. Errors name the line; file is used in them.
func MonthSettings(file string, data []byte) (map[string]json.RawMessage, error) {
	bodies, syntax := documents(data)
	if syntax != nil {
		syntax.File = file
		return nil, Errors{syntax}
	}
	over := map[string]json.RawMessage{}
	for _, body := range bodies {
		d := decoder{places: map[string]place{}}
		var settings billing.InvoiceSettings
		d.value(body, reflect.ValueOf(&settings).Elem(), "")
		k := checker{}
		k.invoice("", settings)
		for _, problem := range k.problems {
			p := part{places: d.places}
			d.fail(p.place(problem.Path[1:]), problem.Path[1:], "%s", problem.Message)
		}
		if err := d.errors.orNil(); err != nil {
			for _, e := range d.errors {
				e.File = file
			}
			return nil, err
		}
		text, err := json.Marshal(settings)
		if err != nil {
			return nil, err
		}
		given := map[string]json.RawMessage{}
		if err := json.Unmarshal(text, &given); err != nil {
			return nil, err
		}
		for _, entry := range body.(*ast.MappingNode).Values {
			name, _ := sourceText(entry.Key)
			over[name] = given[name]
			if given[name] == nil {
				over[name] = json.RawMessage("null")
			}
		}
	}
	return over, nil
}

// WriteSettings writes invoice settings as YAML, as Write does; nothing where they
// say nothing.
func WriteSettings(w io.Writer, settings billing.InvoiceSettings) error {
	var b builder
	root := b.value(reflect.ValueOf(settings), "")
	if b.err != nil {
		return b.err
	}
	var p printer
	p.fields(root.fields, 0)
	_, err := io.WriteString(w, p.text.String())
	return err
}
