package config

import (
	"encoding"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
)

// Write writes a configuration as YAML that Load reads back as the same, with
// the fields in the order of the reference and without those that are empty;
// equal configurations have equal bytes. A resource is a block of lines; small
// values such as a match stand on one. The error names a text that YAML of this
// product cannot hold, then nothing is written, or is the writer's.
func Write(w io.Writer, c billing.Config) error {
	var b builder
	root := b.value(reflect.ValueOf(c), "")
	if b.err != nil {
		return b.err
	}
	var p printer
	for i, section := range root.fields {
		if i > 0 {
			p.text.WriteByte('\n')
		}
		p.fields([]nodeField{section}, 0)
	}
	_, err := io.WriteString(w, p.text.String())
	return err
}

// node is a value as it is written.
type node struct {
	line   string // the whole of it in one line; empty where it must have several
	block  string // a text of several lines, which may stand in lines of its own
	fields []nodeField
	items  []node // of a list, and not nil then
}

type nodeField struct {
	name  string
	value node
}

// severalLines are the types that stand in a block however small they are:
// the resources, and what is in them that people look for.
var severalLines = func() map[reflect.Type]bool {
	config := reflect.TypeFor[billing.Config]()
	all := map[reflect.Type]bool{
		config:                                     true,
		reflect.TypeFor[billing.PriceRule]():       true,
		reflect.TypeFor[billing.BookExample]():     true,
		reflect.TypeFor[billing.InvoiceSettings](): true,
	}
	for i := range config.NumField() {
		all[config.Field(i).Type.Elem()] = true
	}
	return all
}()

// builder turns Go values into nodes. It goes by the Go type, as the decoder does.
type builder struct{ err error }

func (b *builder) value(v reflect.Value, path string) node {
	if v.Kind() == reflect.Pointer {
		return b.value(v.Elem(), path)
	}
	switch value := v.Interface().(type) {
	case billing.Pattern:
		return b.pattern(value, path)
	case billing.Attachments:
		if bookPath(path, value, 0) == path {
			return b.text(value[0].Book, path)
		}
	case encoding.TextMarshaler:
		return b.marshaled(v.Type(), value, path)
	}
	switch v.Kind() {
	case reflect.Struct:
		return b.fields(v, path)
	case reflect.Map:
		return b.entries(v, path)
	case reflect.Slice:
		return b.list(v, path)
	case reflect.String:
		return b.text(v.String(), path)
	case reflect.Bool:
		return node{line: strconv.FormatBool(v.Bool())}
	case reflect.Int, reflect.Int32, reflect.Int64:
		return node{line: strconv.FormatInt(v.Int(), 10)}
	}
	panic(fmt.Sprintf("config: %s has type %s, which is not written", path, v.Type()))
}

// marshaled writes days and months bare, and decimals in quotes: a reader that
// takes them for binary numbers would change them.
func (b *builder) marshaled(t reflect.Type, value encoding.TextMarshaler, path string) node {
	text, err := value.MarshalText()
	if err != nil {
		b.refuse(path, err.Error())
	}
	if t == dayType || t == periodType {
		return node{line: string(text)}
	}
	return node{line: strconv.Quote(string(text))}
}

// fields leaves out what JSON would leave out.
func (b *builder) fields(v reflect.Value, path string) node {
	var n node
	for _, field := range declaredFields(v.Type()) {
		value := v.FieldByIndex(field.Index)
		if field.required || !leftOut(value) {
			n.fields = append(n.fields, nodeField{field.name, b.value(value, join(path, field.name))})
		}
	}
	if !severalLines[v.Type()] || len(n.fields) == 0 {
		n.line = n.flow()
	}
	return n
}

func leftOut(v reflect.Value) bool {
	if zero, ok := v.Interface().(interface{ IsZero() bool }); ok && v.Kind() != reflect.Pointer {
		return zero.IsZero()
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	}
	return v.IsZero()
}

func (b *builder) entries(v reflect.Value, path string) node {
	var n node
	names := v.MapKeys()
	slices.SortFunc(names, func(x, y reflect.Value) int { return strings.Compare(x.String(), y.String()) })
	for _, name := range names {
		value, path := v.MapIndex(name), join(path, name.String())
		if value.Kind() == reflect.Slice && value.Len() == 1 { // [alpha] is alpha
			value = value.Index(0)
		}
		n.fields = append(n.fields, nodeField{b.text(name.String(), path).line, b.value(value, path)})
	}
	n.line = n.flow()
	return n
}

func (b *builder) list(v reflect.Value, path string) node {
	n := node{items: []node{}}
	for i := range v.Len() {
		n.items = append(n.items, b.value(v.Index(i), fmt.Sprintf("%s[%d]", path, i)))
	}
	if v.Len() == 0 || v.Type().Elem().Kind() == reflect.String {
		n.line = n.flow()
	}
	return n
}

// pattern writes the shortest of the three ways.
func (b *builder) pattern(p billing.Pattern, path string) node {
	rest := p
	rest.Equal = nil
	switch {
	case p.Equal == nil || !rest.IsZero():
		return b.fields(reflect.ValueOf(p), path)
	case len(p.Equal) == 1:
		return b.text(p.Equal[0], path)
	}
	return b.list(reflect.ValueOf(p.Equal), path)
}
