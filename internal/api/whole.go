package api

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
	"sync"
)

// whole is an answer in which lists and maps with nothing in them are there, and
// empty: JSON writes those as [] and {}, and not as null, which no schema here
// allows. What is shared with others is not changed; what changes is copied.
func whole[Out any](out Out) Out {
	v := reflect.ValueOf(&out).Elem()
	if filled, changed := fill(v); changed {
		v.Set(filled)
	}
	return out
}

// fill returns a value without nil lists and maps, and whether it is another one.
func fill(v reflect.Value) (reflect.Value, bool) {
	if !fillable(v.Type()) {
		return v, false
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return v, false
		}
		filled, changed := fill(v.Elem())
		if changed {
			to := reflect.New(v.Type().Elem())
			to.Elem().Set(filled)
			return to, true
		}
	case reflect.Slice:
		if v.IsNil() {
			return reflect.MakeSlice(v.Type(), 0, 0), true
		}
		return fillList(v)
	case reflect.Map:
		if v.IsNil() {
			return reflect.MakeMap(v.Type()), true
		}
		return fillMap(v)
	case reflect.Struct:
		return fillFields(v)
	}
	return v, false
}

func fillList(v reflect.Value) (reflect.Value, bool) {
	if !fillable(v.Type().Elem()) {
		return v, false
	}
	copied := false
	for i := range v.Len() {
		filled, changed := fill(v.Index(i))
		if !changed {
			continue
		}
		if !copied {
			other := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
			reflect.Copy(other, v)
			v, copied = other, true
		}
		v.Index(i).Set(filled)
	}
	return v, copied
}

func fillMap(v reflect.Value) (reflect.Value, bool) {
	if !fillable(v.Type().Elem()) {
		return v, false
	}
	other, copied := reflect.MakeMapWithSize(v.Type(), v.Len()), false
	for of := v.MapRange(); of.Next(); {
		filled, changed := fill(of.Value())
		other.SetMapIndex(of.Key(), filled)
		copied = copied || changed
	}
	if copied {
		return other, true
	}
	return v, false
}

func fillFields(v reflect.Value) (reflect.Value, bool) {
	from, copied := v, false
	for _, f := range fieldsToFill(v.Type()) {
		if f.omitted && from.Field(f.index).IsZero() {
			continue
		}
		filled, changed := fill(from.Field(f.index))
		if !changed {
			continue
		}
		if !copied {
			v, copied = reflect.New(from.Type()).Elem(), true
			v.Set(from)
		}
		v.Field(f.index).Set(filled)
	}
	return v, copied
}

// fieldToFill is a field of a type that may hold a nil list; one that is omitted
// where it is empty stays as it is.
type fieldToFill struct {
	index   int
	omitted bool
}

var (
	fillables    sync.Map // by type, whether there may be a nil list in it
	fieldsByType sync.Map // by type, its fields that may
	ownJSON      = []reflect.Type{reflect.TypeFor[json.Marshaler](), reflect.TypeFor[encoding.TextMarshaler]()}
)

func fieldsToFill(t reflect.Type) []fieldToFill {
	if known, ok := fieldsByType.Load(t); ok {
		return known.([]fieldToFill)
	}
	var fields []fieldToFill
	for i := range t.NumField() {
		f := t.Field(i)
		tag := f.Tag.Get("json")
		if f.IsExported() && tag != "-" && fillable(f.Type) {
			fields = append(fields, fieldToFill{i, strings.Contains(tag, ",omit")})
		}
	}
	fieldsByType.Store(t, fields)
	return fields
}

// fillable tells whether there may be a nil list or map in a value of a type. What
// writes its JSON itself is left alone.
func fillable(t reflect.Type) bool {
	if known, ok := fillables.Load(t); ok {
		return known.(bool)
	}
	for _, own := range ownJSON {
		if t.Implements(own) || reflect.PointerTo(t).Implements(own) {
			fillables.Store(t, false)
			return false
		}
	}
	fillables.Store(t, true) // for types that hold their own; it is looked at less closely until it is known
	var may bool
	switch t.Kind() {
	case reflect.Pointer:
		may = fillable(t.Elem())
	case reflect.Slice:
		may = t.Elem().Kind() != reflect.Uint8
	case reflect.Map:
		may = true
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() && fillable(f.Type) {
				may = true
			}
		}
	}
	fillables.Store(t, may)
	return may
}
