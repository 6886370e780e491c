package api

import (
	"bytes"
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
)

var update = flag.Bool("update", false, "write the golden files anew")

// The document is part of the documentation.
func TestReference(t *testing.T) {
	data, err := json.Marshal(Document("1"))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, data, "", " "); err != nil {
		t.Fatal(err)
	}
	out.WriteByte('\n')
	golden := filepath.Join("..", "..", "docs", "reference", "openapi.json")
	if *update {
		if err := os.WriteFile(golden, out.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if was, err := os.ReadFile(golden); err != nil || !bytes.Equal(was, out.Bytes()) {
		t.Errorf("%s is not the document of the operations (%v); run go test ./internal/api -run Reference -update, and read what changed", golden, err)
	}
}

// Whoever reads the document finds of every operation what it is for, an example of
// what is sent and of what comes back, and the errors.
func TestDocumentSaysAll(t *testing.T) {
	doc := Document("test")
	for _, r := range Routes() {
		op := documented(doc, r)
		say := func(problem string) { t.Errorf("%s: %s", r.ID, problem) }
		if op.Summary == "" || op.Description == "" || len(op.Tags) != 1 {
			say("there is no title, text or subject")
		}
		for _, p := range op.Parameters {
			if p.Description == "" {
				say("the parameter " + p.Name + " has no description")
			}
			if p.Required && p.Example == nil {
				say("the parameter " + p.Name + " has no example")
			}
		}
		if op.RequestBody != nil {
			for kind, body := range op.RequestBody.Content {
				if body.Example == nil {
					say("no example of a body as " + kind)
				}
			}
		}
		examples := 0
		for status, answer := range op.Responses {
			if status >= "300" {
				continue
			}
			for _, body := range answer.Content {
				if body.Example != nil {
					examples++
				}
			}
		}
		if examples == 0 {
			say("no example of an answer")
		}
		if long, ok := op.Extensions["x-result"].(*huma.MediaType); r.Long && (!ok || long.Example == nil) {
			say("no example of the result of its job")
		}
		for _, status := range []string{"401", "403", "422", "429", "500"} {
			if op.Responses[status] == nil {
				say("nothing is said of " + status)
			}
		}
	}
}

// What the examples show fits the schemas: what was really asked and answered, so
// that a type whose JSON is another than its Go shape is found.
func TestExamplesFitTheirSchemas(t *testing.T) {
	doc := Document("test")
	check := func(what string, way huma.ValidateMode, schema *huma.Schema, example any) {
		t.Helper()
		raw, ok := example.(json.RawMessage)
		if !ok || schema == nil {
			return
		}
		var value any
		if err := json.Unmarshal(raw, &value); err != nil {
			t.Errorf("%s: %v", what, err)
			return
		}
		found := &huma.ValidateResult{}
		huma.Validate(doc.Components.Schemas, schema, huma.NewPathBuffer(nil, 0), way, value, found)
		for _, err := range found.Errors {
			t.Errorf("%s: %v", what, err)
		}
	}
	for _, r := range Routes() {
		op := documented(doc, r)
		if op.RequestBody != nil {
			for _, body := range op.RequestBody.Content {
				check(r.ID+" is asked", huma.ModeWriteToServer, body.Schema, body.Example)
			}
		}
		for status, answer := range op.Responses {
			for kind, body := range answer.Content {
				if body.Schema != nil && strings.HasSuffix(kind, "json") {
					check(r.ID+" answers "+status, huma.ModeReadFromServer, body.Schema, body.Example)
				}
			}
		}
		if long, ok := op.Extensions["x-result"].(*huma.MediaType); ok {
			check(r.ID+" results in", huma.ModeReadFromServer, long.Schema, long.Example)
		}
	}
}

// Every code that an operation answers with is in the document, and of one status.
func TestCodesAreDocumented(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range codes {
		if seen[c.code] || c.means == "" || http.StatusText(c.status) == "" {
			t.Errorf("the code %+v is there twice, or says nothing", c)
		}
		seen[c.code] = true
	}
	enum := Document("test").Components.Schemas.Map()["Problem"].Properties["code"].Enum
	if len(enum) != len(codes) {
		t.Errorf("the document names %d codes, of %d", len(enum), len(codes))
	}
}
