package config

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/invopop/jsonschema"

	"github.com/sluice-billing/sluice/internal/billing"
)

const schemaFile = "../../docs/reference/config.schema.json"

// The descriptions are the comments of the Go types that the file is made of.
func TestDescriptionsAreTheComments(t *testing.T) {
	var reflector jsonschema.Reflector
	if err := reflector.AddGoComments("github.com/sluice-billing/sluice/internal/config", "../billing"); err != nil {
		t.Fatal(err)
	}
	const prefix = "github.com/sluice-billing/sluice/internal/billing."
	used := map[string]string{}
	for name, comment := range reflector.CommentMap {
		typeName, _, _ := strings.Cut(strings.TrimPrefix(name, prefix), ".")
		if slices.Contains(typesOf(reflect.TypeFor[billing.Config]()), typeName) {
			used[name] = strings.Join(strings.Fields(comment), " ")
		}
	}
	want, err := json.MarshalIndent(used, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	want = append(want, '\n')
	if *update {
		if err := os.WriteFile("descriptions.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(descriptions, want) {
		t.Error("descriptions.json is not what the comments in internal/billing say; run the tests of this package twice with -update")
	}
}

// typesOf lists the structs that a value of the type can hold.
func typesOf(t reflect.Type) []string {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || t == patternType || len(declaredFields(t)) == 0 {
		return nil
	}
	names := []string{t.Name()}
	for _, field := range declaredFields(t) {
		names = append(names, typesOf(field.Type)...)
	}
	return names
}

func TestSchemaFileIsFresh(t *testing.T) {
	if *update {
		if err := os.MkdirAll("../../docs/reference", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(schemaFile, Schema(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	file, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(file, Schema()) {
		t.Errorf("%s is not what Schema writes; run the tests of this package with -update", schemaFile)
	}
}

type schemaObject struct {
	Properties           map[string]json.RawMessage `json:"properties"`
	AdditionalProperties *bool                      `json:"additionalProperties"`
	Required             []string                   `json:"required"`
}

// The schema and the reader know the same fields, and require the same.
func TestSchemaAgreesWithTheReader(t *testing.T) {
	var schema struct {
		schemaObject
		Version string                  `json:"$schema"`
		Defs    map[string]schemaObject `json:"$defs"`
	}
	if err := json.Unmarshal(Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	if schema.Version != "https://json-schema.org/draft/2020-12/schema" {
		t.Errorf("schema of version %s", schema.Version)
	}
	schema.Defs["Config"] = schema.schemaObject
	var compare func(reflect.Type)
	compare = func(typ reflect.Type) {
		for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice || typ.Kind() == reflect.Map {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || typ == patternType || len(declaredFields(typ)) == 0 {
			return
		}
		object, ok := schema.Defs[typ.Name()]
		if !ok || object.AdditionalProperties == nil || *object.AdditionalProperties {
			t.Errorf("%s is not in the schema, or takes any field", typ.Name())
			return
		}
		fields := declaredFields(typ)
		if len(object.Properties) != len(fields) {
			t.Errorf("%s has %d fields in the schema, %d in Go", typ.Name(), len(object.Properties), len(fields))
		}
		for _, field := range fields {
			if _, ok := object.Properties[field.name]; !ok || slices.Contains(object.Required, field.name) != field.required {
				t.Errorf("%s.%s is not in the schema, or not required alike", typ.Name(), field.name)
			}
			compare(field.Type)
		}
	}
	compare(reflect.TypeFor[billing.Config]())
}
