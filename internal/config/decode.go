package config

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/goccy/go-yaml/ast"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// place is a position in a file, counted from 1.
type place struct{ line, column int }

// decoder fills Go values from YAML nodes. It goes by the Go type, so that a
// number or a date never takes a detour: each reads its own source text.
// Paths inside the decoder carry indexes (payers[2].name); display gives them
// the names people know.
type decoder struct {
	places map[string]place // of everything that was written
	errors Errors
}

// keptErrors bounds how much is remembered about a file that is all wrong.
const keptErrors = 200

func (d *decoder) fail(p place, path, format string, args ...any) {
	if len(d.errors) < keptErrors {
		d.errors = append(d.errors, &Error{Line: p.line, Column: p.column, Field: path, Message: fmt.Sprintf(format, args...)})
	}
}

var (
	patternType  = reflect.TypeFor[billing.Pattern]()
	booksType    = reflect.TypeFor[billing.Attachments]()
	decimalType  = reflect.TypeFor[money.Decimal]()
	currencyType = reflect.TypeFor[money.Currency]()
	dayType      = reflect.TypeFor[billing.Day]()
	periodType   = reflect.TypeFor[billing.Period]()
)

// value reads n, which is not null, into a settable value.
func (d *decoder) value(n ast.Node, into reflect.Value, path string) {
	d.places[path] = placeOf(n)
	if into.Kind() == reflect.Pointer {
		into.Set(reflect.New(into.Type().Elem()))
		d.value(n, into.Elem(), path)
		return
	}
	if into.Type() == patternType {
		d.pattern(n, into.Addr().Interface().(*billing.Pattern), path)
		return
	}
	if _, ok := into.Addr().Interface().(encoding.TextUnmarshaler); ok {
		d.scalar(n, into, path)
		return
	}
	if _, text := sourceText(n); text && into.Type() == booksType {
		into.Set(reflect.ValueOf(make(billing.Attachments, 1)))
		d.scalar(n, into.Index(0).FieldByName("Book"), path)
		return
	}
	switch into.Kind() {
	case reflect.Struct:
		d.fields(n, into, path)
	case reflect.Map:
		d.entries(n, into, path)
	case reflect.Slice:
		d.list(n, into, path)
	default:
		d.scalar(n, into, path)
	}
}

// fields reads a map into a struct. A field without omitempty or omitzero in
// its json tag must be there; null counts as not there.
func (d *decoder) fields(n ast.Node, into reflect.Value, path string) {
	mapping, ok := n.(*ast.MappingNode)
	if !ok {
		d.mismatch(n, into.Type(), path)
		return
	}
	given := map[string]bool{}
	for _, entry := range mapping.Values {
		name, _ := sourceText(entry.Key)
		field, known := fieldNamed(into.Type(), name)
		switch {
		case !known:
			names := fieldNames(into.Type())
			d.fail(placeOf(entry.Key), join(path, name), "is not known;%s allowed here: %s", didYouMean(name, names), strings.Join(names, ", "))
		case !isNull(entry.Value):
			given[name] = true
			d.value(entry.Value, into.FieldByIndex(field.Index), join(path, name))
		}
	}
	for _, field := range declaredFields(into.Type()) {
		if field.required && !given[field.name] {
			d.fail(placeOf(n), join(path, field.name), "is missing; expected %s", expected(field.Type))
		}
	}
}

// entries reads a map of names that the file chooses, such as tags.
func (d *decoder) entries(n ast.Node, into reflect.Value, path string) {
	mapping, ok := n.(*ast.MappingNode)
	if !ok {
		d.mismatch(n, into.Type(), path)
		return
	}
	into.Set(reflect.MakeMap(into.Type()))
	for _, entry := range mapping.Values {
		name := reflect.New(into.Type().Key()).Elem()
		before := len(d.errors)
		d.scalar(entry.Key, name, path)
		if len(d.errors) > before {
			continue
		}
		path := join(path, name.String())
		into.SetMapIndex(name, d.entry(entry.Value, into.Type().Elem(), path))
	}
}

func (d *decoder) entry(n ast.Node, t reflect.Type, path string) reflect.Value {
	value := reflect.New(t).Elem()
	_, text := sourceText(n)
	switch {
	case isNull(n):
		d.mismatch(n, t, path)
	case text && t.Kind() == reflect.Slice: // {project: alpha} is {project: [alpha]}
		value.Set(reflect.MakeSlice(t, 1, 1))
		d.places[path] = placeOf(n)
		d.scalar(n, value.Index(0), path)
	default:
		d.value(n, value, path)
	}
	return value
}

func (d *decoder) list(n ast.Node, into reflect.Value, path string) {
	sequence, ok := n.(*ast.SequenceNode)
	if !ok {
		d.mismatch(n, into.Type(), path)
		return
	}
	into.Set(reflect.MakeSlice(into.Type(), len(sequence.Values), len(sequence.Values)))
	for i, item := range sequence.Values {
		itemPath := fmt.Sprintf("%s[%d]", path, i)
		if isNull(item) {
			d.mismatch(item, into.Type().Elem(), itemPath)
			continue
		}
		d.value(item, into.Index(i), itemPath)
	}
}

func (d *decoder) scalar(n ast.Node, into reflect.Value, path string) {
	text, ok := sourceText(n)
	if !ok {
		d.mismatch(n, into.Type(), path)
		return
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }); i >= 0 {
		d.fail(placeOf(n), path, "holds a control character, which cannot be printed; remove it")
		return
	}
	if reader, ok := into.Addr().Interface().(encoding.TextUnmarshaler); ok {
		if err := reader.UnmarshalText([]byte(text)); err != nil {
			if into.Type() == decimalType {
				err = fmt.Errorf(`%w; write it like "1234.50"`, err)
			}
			d.fail(placeOf(n), path, "%v", err)
		}
		return
	}
	switch into.Kind() {
	case reflect.String:
		into.SetString(text)
	case reflect.Bool:
		node, ok := n.(*ast.BoolNode)
		if !ok {
			d.mismatch(n, into.Type(), path)
			return
		}
		into.SetBool(node.Value)
	case reflect.Int, reflect.Int32, reflect.Int64:
		bits := 32
		if into.Kind() == reflect.Int64 {
			bits = 64
		}
		number, err := strconv.ParseInt(text, 10, bits)
		if err != nil {
			d.mismatch(n, into.Type(), path)
			return
		}
		into.SetInt(number)
	default:
		panic(fmt.Sprintf("config: %s has type %s, which the decoder does not read", path, into.Type()))
	}
}

// pattern reads the three ways a pattern is written. A regular expression is
// compiled by the pattern's own JSON reader.
func (d *decoder) pattern(n ast.Node, into *billing.Pattern, path string) {
	before := len(d.errors)
	switch n.(type) {
	case *ast.MappingNode:
		d.fields(n, reflect.ValueOf(into).Elem(), path)
	case *ast.SequenceNode:
		d.list(n, reflect.ValueOf(&into.Equal).Elem(), path)
	default:
		into.Equal = make([]string, 1)
		d.scalar(n, reflect.ValueOf(&into.Equal[0]).Elem(), path)
	}
	if into.Regex == "" && into.Like == "" || len(d.errors) > before {
		return
	}
	data, err := json.Marshal(into)
	if err == nil {
		err = into.UnmarshalJSON(data)
	}
	if err != nil {
		d.fail(d.places[path+".regex"], path+".regex", "%v", err)
	}
}

func (d *decoder) mismatch(n ast.Node, wanted reflect.Type, path string) {
	found := kindOf(n)
	if text, ok := sourceText(n); ok && len(text) < 40 {
		found = strconv.Quote(text)
	}
	d.fail(placeOf(n), path, "expected %s, found %s", expected(wanted), found)
}

// expected says in words what a value of the type looks like.
func expected(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t {
	case decimalType:
		return `a decimal number such as "12.50"`
	case dayType:
		return "a date such as 2026-10-15"
	case periodType:
		return "a month such as 2026-10"
	case currencyType:
		return "an ISO 4217 code such as USD"
	case patternType:
		return "a text, a list of texts, or {prefix, suffix, contains, like, regex, not}"
	case booksType:
		return "the id of a price book, or a list of {book, from, to}"
	}
	switch t.Kind() {
	case reflect.Struct:
		return "the fields " + strings.Join(fieldNames(t), ", ")
	case reflect.Slice:
		return "a list"
	case reflect.Map:
		return "names with their values"
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int32, reflect.Int64:
		return "a whole number"
	}
	return "a text"
}

// declaredField is a struct field as the file knows it.
type declaredField struct {
	reflect.StructField
	name     string
	required bool
}

// fieldsOf remembers declaredFields by type: a large file asks for each a
// hundred thousand times.
var fieldsOf sync.Map // reflect.Type → []declaredField

func declaredFields(t reflect.Type) []declaredField {
	if known, ok := fieldsOf.Load(t); ok {
		return known.([]declaredField)
	}
	var fields []declaredField
	for _, field := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.IsExported() && name != "" {
			fields = append(fields, declaredField{field, name, options == ""})
		}
	}
	fieldsOf.Store(t, fields)
	return fields
}

func fieldNamed(t reflect.Type, name string) (declaredField, bool) {
	for _, field := range declaredFields(t) {
		if field.name == name {
			return field, true
		}
	}
	return declaredField{}, false
}

func fieldNames(t reflect.Type) []string {
	var names []string
	for _, field := range declaredFields(t) {
		names = append(names, field.name)
	}
	return names
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
