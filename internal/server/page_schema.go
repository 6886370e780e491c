package server

import (
	"cmp"
	"encoding/json"
	"html/template"
	"slices"
	"strings"
)

// schema is a JSON schema as far as the operations use it. Numbers and values stay
// as they are written.
type schema struct {
	Ref         string             `json:"$ref"`
	Type        names              `json:"type"`
	Format      string             `json:"format"`
	Description string             `json:"description"`
	Properties  map[string]*schema `json:"properties"`
	Required    []string           `json:"required"`
	Items       *schema            `json:"items"`
	Additional  json.RawMessage    `json:"additionalProperties"`
	OneOf       []*schema          `json:"oneOf"`
	AnyOf       []*schema          `json:"anyOf"`
	Enum        []json.RawMessage  `json:"enum"`
	Default     json.RawMessage    `json:"default"`
	Examples    []json.RawMessage  `json:"examples"`
	Minimum     json.Number        `json:"minimum"`
	Maximum     json.Number        `json:"maximum"`
	MinLength   json.Number        `json:"minLength"`
	MaxLength   json.Number        `json:"maxLength"`
	MinItems    json.Number        `json:"minItems"`
	MaxItems    json.Number        `json:"maxItems"`
	Pattern     string             `json:"pattern"`
}

// names are one text or several.
type names []string

// UnmarshalJSON implements json.Unmarshaler.
func (n *names) UnmarshalJSON(data []byte) error {
	if strings.HasPrefix(string(data), "[") {
		return json.Unmarshal(data, (*[]string)(n))
	}
	*n = make(names, 1)
	return json.Unmarshal(data, &(*n)[0])
}

// field is one line about something that is sent or answered.
type field struct {
	Name     string
	Where    string // path, query or header; empty inside a body
	Kind     string // what it is, in words
	Required string // how it is said that it must be there, or is; empty where it may be missing
	About    template.HTML
	Bounds   []string // such as "at most 200 characters"
	Fields   []field  // inside it
	Named    string   // the kind whose fields are shown further up, where it contains itself
}

// deepest is how many objects inside each other are shown; what is deeper is in the
// OpenAPI document.
const deepest = 5

// fields describes what is inside a schema: of an object its properties, those that
// are always there first, which required says. above are the kinds that it is inside
// of.
func (d document) fields(s *schema, required string, above ...string) []field {
	s, name := d.resolve(s)
	if s == nil || len(above) >= deepest {
		return nil
	}
	if inner := s.each(); inner != nil {
		return d.fields(inner, required, above...)
	}
	if name != "" {
		above = append(slices.Clone(above), name)
	}
	var all []field
	for _, property := range s.propertyNames() {
		f := d.field(property, s.Properties[property], required, above)
		if !slices.Contains(s.Required, property) {
			f.Required = ""
		}
		all = append(all, f)
	}
	return all
}

// propertyNames are the properties that are always there, in the order they have in
// the answer, then the others by name.
func (s *schema) propertyNames() []string {
	var all []string
	for _, name := range s.Required {
		if s.Properties[name] != nil {
			all = append(all, name)
		}
	}
	required := len(all)
	for name := range s.Properties {
		if !slices.Contains(s.Required, name) {
			all = append(all, name)
		}
	}
	slices.Sort(all[required:])
	return all
}

// field describes one property; required is handed on to those inside it.
func (d document) field(name string, s *schema, required string, above []string) field {
	whole, _ := d.resolve(s)
	if whole == nil {
		whole = s
	}
	f := field{Name: name, Kind: d.kind(s), Required: required, Bounds: whole.bounds(), About: prose(cmp.Or(s.Description, whole.Description))}
	inner := s
	for range 3 { // a list of maps of objects
		at, kind := d.resolve(inner)
		if at == nil {
			break
		}
		if kind != "" && slices.Contains(above, kind) {
			f.Named = words(kind)
			return f
		}
		if inner = at.each(); inner == nil {
			f.Fields = d.fields(at, required, withKind(above, kind)...)
			break
		}
	}
	return f
}

func withKind(above []string, kind string) []string {
	if kind == "" {
		return append(slices.Clone(above), "an object")
	}
	return append(slices.Clone(above), kind)
}

// resolve follows a reference; name is that of the kind, empty where it has none.
func (d document) resolve(s *schema) (at *schema, name string) {
	for s != nil && s.Ref != "" {
		name = strings.TrimPrefix(s.Ref, "#/components/schemas/")
		s = d.Components.Schemas[name]
	}
	return s, name
}

// each is what a list or a map has many of; nil where it is neither.
func (s *schema) each() *schema {
	if s.Items != nil {
		return s.Items
	}
	var values schema
	if strings.HasPrefix(string(s.Additional), "{") && json.Unmarshal(s.Additional, &values) == nil {
		return &values
	}
	return nil
}

// kind says in words what a value is.
func (d document) kind(s *schema) string {
	s, _ = d.resolve(s)
	if s == nil {
		return "anything"
	}
	nullable := ""
	kinds := slices.DeleteFunc(slices.Clone(s.Type), func(t string) bool {
		if t == "null" {
			nullable = " or null"
		}
		return t == "null"
	})
	if len(kinds) == 0 {
		return "anything"
	}
	switch kinds[0] {
	case "array":
		return "list of " + d.kinds(s.Items) + nullable
	case "object":
		if inner := s.each(); inner != nil {
			return "map of names to " + d.kinds(inner) + nullable
		}
		return "object" + nullable
	case "string":
		switch s.Format {
		case "date-time":
			return "time" + nullable
		case "date":
			return "day" + nullable
		case "binary":
			return "bytes"
		case "email", "uri":
			return s.Format + nullable
		}
		return "text" + nullable
	case "boolean":
		return "true or false" + nullable
	}
	return kinds[0] + nullable
}

// kinds says in words what several values are.
func (d document) kinds(s *schema) string {
	switch kind := strings.TrimSuffix(d.kind(s), " or null"); kind {
	case "object", "text", "integer", "number", "time", "day":
		return kind + "s"
	default:
		return kind
	}
}

// bounds say what values are accepted.
func (s *schema) bounds() []string {
	var all []string
	if len(s.Enum) > 0 {
		values := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			values[i] = unquoted(v)
		}
		all = append(all, "one of "+strings.Join(values, ", "))
	}
	all = append(all, between(s.Minimum, s.Maximum, "")...)
	all = append(all, between(s.MinLength, s.MaxLength, " characters")...)
	all = append(all, between(s.MinItems, s.MaxItems, " of them")...)
	if s.Pattern != "" {
		all = append(all, "like "+s.Pattern)
	}
	if len(s.Default) > 0 {
		all = append(all, "without it "+unquoted(s.Default))
	}
	return all
}

func between(least, most json.Number, of string) []string {
	switch {
	case least != "" && most != "":
		return []string{least.String() + " to " + most.String() + of}
	case most != "":
		return []string{"at most " + most.String() + of}
	case least != "":
		return []string{"at least " + least.String() + of}
	}
	return nil
}

// unquoted is a JSON value as people write it.
func unquoted(v json.RawMessage) string {
	var text string
	if json.Unmarshal(v, &text) == nil {
		return text
	}
	return string(v)
}

// words is the name of a kind, such as InvoiceTotals, in words: invoice totals.
func words(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && r >= 'A' && r <= 'Z' {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}
