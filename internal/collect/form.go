package collect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/secret"
)

// Field is what a credential asks for.
type Field struct {
	Name   string
	Title  string
	About  string
	Secret bool
	Needed bool
	Words  []string // the only values that it takes
}

// FormOf reads which fields a credential has from a JSON Schema of an object, in its
// order. Secret are those that have writeOnly, or the format password.
func FormOf(schema json.RawMessage) ([]Field, error) {
	var of struct {
		Properties ordered  `json:"properties"`
		Required   []string `json:"required"`
	}
	if err := json.Unmarshal(schema, &of); err != nil {
		return nil, fmt.Errorf("the schema cannot be read: %w", err)
	}
	for i, f := range of.Properties {
		of.Properties[i].Needed = slices.Contains(of.Required, f.Name)
	}
	return of.Properties, nil
}

// ordered are the properties of an object in the order in which they stand.
type ordered []Field

// UnmarshalJSON implements json.Unmarshaler.
func (o *ordered) UnmarshalJSON(text []byte) error {
	in := json.NewDecoder(bytes.NewReader(text))
	if open, err := in.Token(); err != nil || open != json.Delim('{') {
		return errors.Join(errors.New("properties are no object"), err)
	}
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return err
		}
		var property struct {
			Title       string   `json:"title"`
			Description string   `json:"description"`
			WriteOnly   bool     `json:"writeOnly"`
			Format      string   `json:"format"`
			Enum        []string `json:"enum"`
		}
		if err := in.Decode(&property); err != nil {
			return err
		}
		text, _ := name.(string)
		*o = append(*o, Field{Name: text, Title: property.Title, About: property.Description, Secret: property.WriteOnly || property.Format == "password", Words: property.Enum})
	}
	return nil
}

// Divide takes the values of a credential apart, into those that are shown and those
// that are secret, as its form says, whichever way they were given. It refuses what the
// form does not ask for, and what is missing; faults name the field.
func Divide(form []Field, given map[string]secret.Text) (fields map[string]string, secrets map[string]secret.Text, faults []Fault) {
	fields, secrets = map[string]string{}, map[string]secret.Text{}
	var names []string
	for _, f := range form {
		names = append(names, f.Name)
		value := given[f.Name]
		switch text := value.Reveal(); {
		case text == "" && f.Needed:
			faults = append(faults, Fault{f.Name, "is missing"})
		case text == "":
		case len(f.Words) > 0 && !slices.Contains(f.Words, text):
			faults = append(faults, Fault{f.Name, "is not one of " + strings.Join(f.Words, ", ")})
		case f.Secret:
			secrets[f.Name] = value
		default:
			fields[f.Name] = text
		}
	}
	for name := range given {
		if !slices.Contains(names, name) {
			faults = append(faults, Fault{name, "is no field of this credential; it has " + strings.Join(names, ", ")})
		}
	}
	slices.SortFunc(faults, func(a, b Fault) int { return strings.Compare(a.At, b.At) })
	return fields, secrets, faults
}
