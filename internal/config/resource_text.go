package config

import (
	"bytes"
	"io"
	"reflect"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Text is one resource as a text declares it, with the place of everything in it.
type Text struct {
	Config billing.Config // holds nothing else
	ID     string
	part   part
	path   string
}

// ReadResource reads one resource of a kind as YAML or JSON has it: its fields alone,
// as WriteResource writes them. The error is an Errors with everything that was found:
// what is not YAML, unknown and missing fields, and values that Check would refuse in
// the resource by itself. What was readable is returned with it.
func ReadResource(kind string, data []byte) (Text, error) {
	k, ok := kindNamed(kind)
	if !ok {
		return Text{}, UnknownKind(kind)
	}
	if trimmed := bytes.TrimSpace(data); len(trimmed) > 0 && trimmed[0] == '{' {
		data = bytes.ReplaceAll(data, []byte("\t"), []byte(" ")) // JSON has tabs between its words, where YAML has none
	}
	bodies, bad := documents(data)
	switch {
	case bad != nil:
		return Text{}, Errors{bad}
	case len(bodies) == 0:
		return Text{}, Errors{{Line: 1, Column: 1, Message: "the text is empty; expected the fields of one of " + kind}}
	case len(bodies) > 1:
		where := placeOf(bodies[1])
		return Text{}, Errors{{Line: where.line, Column: where.column, Message: "a second document begins here; give one of " + kind}}
	}
	d := decoder{places: map[string]place{}}
	t := Text{part: part{places: d.places}, path: k.path(0)}
	section := fieldValue(reflect.ValueOf(&t.Config).Elem(), kind)
	if k.single {
		section.Set(reflect.New(section.Type().Elem()))
		d.value(bodies[0], section.Elem(), t.path)
	} else {
		section.Set(reflect.MakeSlice(section.Type(), 1, 1))
		d.value(bodies[0], section.Index(0), t.path)
	}
	t.part.config = t.Config
	c := checker{}
	c.resources(t.Config)
	unreadable := d.errors
	for _, problem := range c.problems {
		if !concerns(unreadable, problem.Path) {
			d.fail(t.part.place(problem.Path), problem.Path, "%s", problem.Message)
		}
	}
	for _, err := range d.errors {
		err.Field = display(t.Config, err.Field)
	}
	t.ID = k.list(t.Config)[0].id
	t.Config = withDefaults(t.Config)
	return t, d.errors.orNil()
}

// Place is where the text has something, counted from 1: inner is its path in the
// resource, such as ".rules[2]"; what is not there is where that around it is.
func (t Text) Place(inner string) (line, column int) {
	where := t.part.place(t.path + inner)
	return where.line, where.column
}

// WriteResource writes one resource as YAML, its fields alone, as Write writes them in
// their section. It writes nothing, and tells so, where there is none of that id.
func WriteResource(w io.Writer, c billing.Config, kind, id string) (there bool, err error) {
	k, ok := kindNamed(kind)
	if !ok {
		return false, UnknownKind(kind)
	}
	for _, r := range k.list(c) {
		if r.id != id {
			continue
		}
		var b builder
		root := b.value(reflect.ValueOf(r.spec), "")
		if b.err != nil {
			return false, b.err
		}
		var p printer
		p.fields(root.fields, 0)
		_, err := io.WriteString(w, p.text.String())
		return true, err
	}
	return false, nil
}
