package bookfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/sluice-billing/sluice/internal/money"
)

// object is a JSON object that knows which of its members were asked for: the
// others are lost, and can be listed. Numbers stay as they are written.
type object struct {
	in      *input
	path    string // such as PricingRules[3]
	names   []string
	members map[string]any // *object, []any, string, json.Number, bool or nil
	asked   map[string]bool
}

// jsonReader reads JSON into objects.
type jsonReader struct {
	in      *input
	decoder *json.Decoder
	parts   int
}

// documents reads JSON documents one after the other, and the elements of a
// document that is an array. Each must be an object.
func (in *input) documents() []*object {
	r := jsonReader{in: in, decoder: json.NewDecoder(bytes.NewReader(in.data))}
	r.decoder.UseNumber()
	var all []*object
	take := func(value any, path string) {
		if o, ok := value.(*object); ok {
			all = append(all, o)
		} else {
			in.fail(path, "is not an object; expected {…}")
		}
	}
	for n := 1; in.err == nil; n++ {
		path := ""
		if n > 1 {
			path = fmt.Sprintf("document %d", n)
		}
		token, err := r.decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		value := r.value(path, token, err, 0)
		if list, ok := value.([]any); ok {
			for i, element := range list {
				take(element, fmt.Sprintf("%s[%d]", path, i))
			}
			continue
		}
		take(value, path)
	}
	return all
}

// next reads one value.
func (r *jsonReader) next(path string, depth int) any {
	token, err := r.decoder.Token()
	return r.value(path, token, err, depth)
}

func (r *jsonReader) value(path string, token json.Token, err error, depth int) any {
	r.parts++
	switch {
	case err != nil:
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		r.in.fail(line(1+bytes.Count(r.in.data[:min(int(r.decoder.InputOffset()), len(r.in.data))], []byte("\n"))),
			"the JSON cannot be read: %v", err)
	case depth > maxDepth:
		r.in.fail(path, "is more than %d levels deep", maxDepth)
	case r.parts > maxParts:
		r.in.fail(path, "is beyond the first %d values; split the file", maxParts)
	case token == json.Delim('{'):
		return r.object(path, depth)
	case token == json.Delim('['):
		list := []any{}
		for r.in.err == nil && r.decoder.More() {
			list = append(list, r.next(fmt.Sprintf("%s[%d]", path, len(list)), depth+1))
		}
		r.close()
		return list
	}
	return token
}

func (r *jsonReader) object(path string, depth int) any {
	o := &object{in: r.in, path: path, members: map[string]any{}, asked: map[string]bool{}}
	for r.in.err == nil && r.decoder.More() {
		token, err := r.decoder.Token()
		name, ok := token.(string)
		if err != nil || !ok {
			r.value(path, nil, errors.Join(err, errors.New("a name was expected")), depth)
			break
		}
		if _, twice := o.members[name]; twice {
			r.in.fail(o.at(name), "is there twice; keep one")
			break
		}
		o.names = append(o.names, name)
		o.members[name] = r.next(o.at(name), depth+1)
	}
	r.close()
	return o
}

// close reads the end of an object or array.
func (r *jsonReader) close() {
	if r.in.err == nil {
		_, err := r.decoder.Token()
		if err != nil {
			r.value("", nil, err, 0)
		}
	}
}

func (o *object) at(name string) string {
	if o.path == "" {
		return name
	}
	return o.path + "." + name
}

// where is the object's path for a person.
func (o *object) where() string {
	if o.path == "" {
		return "the whole file"
	}
	return o.path
}

func (o *object) has(name string) bool { return o.members[name] != nil }

// member is what stands under a name; null is as good as nothing.
func member[T any](o *object, name, expected string) (value T, ok bool) {
	o.asked[name] = true
	if o.members[name] == nil {
		return value, false
	}
	value, ok = o.members[name].(T)
	if !ok {
		o.in.fail(o.at(name), "is not %s", expected)
	}
	return value, ok
}

func (o *object) text(name string) string {
	value, _ := member[string](o, name, "a text")
	return value
}

func (o *object) flag(name string) (value, given bool) {
	return member[bool](o, name, "true or false")
}

// amount reads a number, or a text that is one.
func (o *object) amount(name string) (d money.Decimal, given bool) {
	o.asked[name] = true
	switch value := o.members[name].(type) {
	case nil:
		return money.Zero, false
	case json.Number:
		return o.in.number(o.at(name), "it", value.String()), true
	case string:
		return o.in.number(o.at(name), "it", value), true
	}
	o.in.fail(o.at(name), "is not a number")
	return money.Zero, false
}

func (o *object) object(name string) *object {
	value, _ := member[*object](o, name, "an object {…}")
	return value
}

func (o *object) objects(name string) []*object { return members[*object](o, name, "an object {…}") }
func (o *object) texts(name string) []string    { return members[string](o, name, "a text") }

func members[T any](o *object, name, expected string) []T {
	list, _ := member[[]any](o, name, "a list […]")
	var all []T
	for i, element := range list {
		value, ok := element.(T)
		if !ok {
			o.in.fail(fmt.Sprintf("%s[%d]", o.at(name), i), "is not %s", expected)
			break
		}
		all = append(all, value)
	}
	return all
}

// rest are the names of members that nobody asked for.
func (o *object) rest() []string {
	return slices.DeleteFunc(slices.Clone(o.names), func(name string) bool { return o.asked[name] || o.members[name] == nil })
}

// loseRest lists what nobody asked for.
func (o *object) loseRest() {
	for _, name := range o.rest() {
		o.in.lose(o.at(name), written(o.members[name]), "the field is not known here")
	}
}

// written is a value as a file writes it, shortened for a message.
func written(value any) string {
	text, err := json.Marshal(plainJSON(value))
	if err != nil {
		return err.Error()
	}
	return clip(string(text))
}

// plainJSON is a value as encoding/json writes it.
func plainJSON(value any) any {
	switch value := value.(type) {
	case *object:
		plain := map[string]any{}
		for name, member := range value.members {
			plain[name] = plainJSON(member)
		}
		return plain
	case []any:
		plain := make([]any, len(value))
		for i, element := range value {
			plain[i] = plainJSON(element)
		}
		return plain
	}
	return value
}
