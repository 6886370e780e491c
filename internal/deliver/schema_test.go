package deliver

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/invopop/jsonschema"
	validator "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/sluice-billing/sluice/internal/invoice"
)

const schemaFile = "../../docs/reference/invoice.schema.json"

// The descriptions are the comments of the Go types that a document is made of.
func TestDescriptionsAreTheComments(t *testing.T) {
	var reflector jsonschema.Reflector
	for _, folder := range []string{"../billing", "../invoice", "../statement"} {
		if err := reflector.AddGoComments("github.com/sluice-billing/sluice/internal/deliver", folder); err != nil {
			t.Fatal(err)
		}
	}
	held := map[string]bool{}
	typesOf(reflect.TypeFor[invoice.Invoice](), held)
	used := map[string]string{}
	for name, comment := range reflector.CommentMap {
		short := name[strings.LastIndex(name, "/")+1:] // invoice.Invoice.ID
		parts := strings.SplitN(short, ".", 3)
		if len(parts) > 1 && held[parts[0]+"."+parts[1]] {
			used["github.com/sluice-billing/sluice/internal/"+short] = strings.Join(strings.Fields(comment), " ")
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
		t.Error("descriptions.json is not what the comments say; run the tests of this package twice with -update")
	}
}

// typesOf collects the structs that a value of the type can hold, as package.Name.
func typesOf(t reflect.Type, held map[string]bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	name := packageOf(t) + "." + t.Name()
	if t.Kind() != reflect.Struct || held[name] {
		return
	}
	held[name] = true
	for _, field := range reflect.VisibleFields(t) {
		typesOf(field.Type, held)
	}
}

func TestSchemaFileIsFresh(t *testing.T) {
	if *update {
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
		t.Errorf("%s is not what Schema writes; run the tests of this package twice with -update", schemaFile)
	}
}

// Every sample document is as the schema says, by a validator that does not know the
// types; and one that is not is refused.
func TestDocumentsFitTheSchema(t *testing.T) {
	compiler := validator.NewCompiler()
	written, err := validator.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	if err := compiler.AddResource("invoice.schema.json", written); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("invoice.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	check := func(data []byte) error {
		value, err := validator.UnmarshalJSON(bytes.NewReader(data))
		if err != nil {
			return err
		}
		return schema.Validate(value)
	}
	files, err := os.ReadDir("testdata")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, file := range files {
		if !strings.HasSuffix(file.Name(), ".json") {
			continue
		}
		data, err := os.ReadFile("testdata/" + file.Name())
		if err != nil {
			t.Fatal(err)
		}
		n++
		if err := check(data); err != nil {
			t.Errorf("%s: %v", file.Name(), err)
		}
	}
	if n < 5 {
		t.Errorf("only %d samples were looked at", n)
	}
	data, err := os.ReadFile("testdata/full.json")
	if err != nil {
		t.Fatal(err)
	}
	if check(bytes.Replace(data, []byte(`"payable": "`), []byte(`"payable": "about `), 1)) == nil {
		t.Error("an amount that is no number fits")
	}
}
