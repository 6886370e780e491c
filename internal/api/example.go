package api

import (
	"bytes"
	"cmp"
	"embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
)

// Example is a request that an operation was asked, and what it answered. They are
// from a server with the demo on it; go test ./internal/server -run Examples -update
// makes them anew.
type Example struct {
	Parameters map[string]string `json:"parameters,omitempty"` // of path and query
	Request    json.RawMessage   `json:"request,omitempty"`    // a text where the body is no JSON
	Type       string            `json:"type,omitempty"`       // of the answer, where it is not application/json
	Answer     json.RawMessage   `json:"answer,omitempty"`     // a text where it is no JSON
	CSV        string            `json:"csv,omitempty"`        // a list as a table
	Result     json.RawMessage   `json:"result,omitempty"`     // of the job that a long operation becomes
}

//go:embed testdata/example/*.json
var exampleFiles embed.FS

// examples are those of all operations, by id.
var examples = sync.OnceValue(func() map[string]Example {
	files, err := exampleFiles.ReadDir("testdata/example")
	if err != nil {
		panic(err) // they are part of the program
	}
	all := map[string]Example{}
	for _, f := range files {
		data, err := exampleFiles.ReadFile(path.Join("testdata/example", f.Name()))
		var e Example
		if err == nil {
			err = json.Unmarshal(data, &e)
		}
		if err != nil {
			panic(fmt.Sprintf("%s: %v", f.Name(), err))
		}
		all[strings.TrimSuffix(f.Name(), ".json")] = e
	}
	return all
})

// illustrate puts the example into the operation's documentation.
func (e Example) illustrate(op *huma.Operation) {
	for i, p := range op.Parameters {
		if value, ok := e.Parameters[p.Name]; ok {
			op.Parameters[i] = new(*p)
			op.Parameters[i].Example = valueOf(p.Schema, value)
		}
	}
	if op.RequestBody != nil {
		for _, body := range op.RequestBody.Content {
			body.Example = exampleOf(e.Request)
		}
	}
	for status, answer := range op.Responses {
		if status >= "300" {
			continue
		}
		for mediaType, body := range answer.Content {
			switch {
			case mediaType == cmp.Or(e.Type, "application/json"):
				body.Example = exampleOf(e.Answer)
			case mediaType == "text/csv" && e.CSV != "":
				body.Example = e.CSV
			}
		}
		if long := op.Extensions["x-result"]; long != nil && e.Result != nil {
			long.(*huma.MediaType).Example = e.Result
		}
	}
	e.nameFields(op)
}

// valueOf is a parameter as JSON has it.
func valueOf(s *huma.Schema, text string) any {
	switch s.Type {
	case huma.TypeArray:
		return []string{text}
	case huma.TypeInteger, huma.TypeBoolean:
		return json.RawMessage(text)
	}
	return text
}

// nameFields gives the parameters of a list examples with fields that it has.
func (e Example) nameFields(op *huma.Operation) {
	var page struct{ Items []json.RawMessage }
	if e.CSV == "" || json.Unmarshal(e.Answer, &page) != nil || len(page.Items) == 0 {
		return
	}
	fields, err := fieldsOf(page.Items[0])
	if err != nil || len(fields) == 0 {
		return
	}
	first := slices.IndexFunc(fields, func(f field) bool { return bytes.HasPrefix(f.value, []byte(`"`)) })
	for i, p := range op.Parameters {
		switch {
		case p.In != "query":
		case p.Name == "sort":
			p.Example = "-" + fields[max(first, 0)].name
		case p.Name == "fields":
			p.Example = fields[0].name + "," + fields[len(fields)-1].name
		case p.Name == "filter" && first >= 0:
			var value string
			if json.Unmarshal(fields[first].value, &value) == nil {
				p.Example = []string{fields[first].name + ":eq:" + value}
			}
		}
		op.Parameters[i] = p
	}
}

// exampleOf is nil, and not an empty JSON text, where there is no example.
func exampleOf(data json.RawMessage) any {
	if len(data) == 0 {
		return nil
	}
	return data
}
