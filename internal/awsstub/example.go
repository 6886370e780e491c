package awsstub

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
)

// Example is a published request and its answer, with times as epoch seconds.
type Example struct {
	Service   string // of the stub: cost-and-usage-report-service for cur
	Operation string
	ID        string
	Input     map[string]any // empty where it has none
	Output    map[string]any // empty where it has none
}

// exampleFolders names services where botocore calls them otherwise.
var exampleFolders = map[string]string{"cur": "cost-and-usage-report-service", "ce": "cost-explorer"}

// loadExamples reads the examples of the services below the folder of test data.
func loadExamples(data string, services map[string]*service) error {
	files, err := filepath.Glob(filepath.Join(data, "botocore-examples", "*", "*", "examples-1.json"))
	if err != nil {
		return err
	}
	for _, file := range files {
		name := filepath.Base(filepath.Dir(filepath.Dir(file)))
		if ours := exampleFolders[name]; ours != "" {
			name = ours
		}
		sv := services[name]
		if sv == nil {
			continue
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var published struct {
			Examples map[string][]struct {
				ID     string         `json:"id"`
				Input  map[string]any `json:"input"`
				Output map[string]any `json:"output"`
			} `json:"examples"`
		}
		if err := decode(text, &published); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		for _, operation := range sortedNames(published.Examples) {
			op := sv.operations[operation]
			if op == nil {
				return fmt.Errorf("%s: the model has no operation %s", file, operation)
			}
			for _, e := range published.Examples[operation] {
				sv.examples = append(sv.examples, Example{
					Service: name, Operation: operation, ID: e.ID,
					Input:  op.input.wire(orEmpty(e.Input)).(map[string]any),
					Output: op.output.wire(orEmpty(e.Output)).(map[string]any),
				})
			}
		}
	}
	return nil
}

func orEmpty(object map[string]any) map[string]any {
	if object == nil {
		return map[string]any{}
	}
	return object
}

// decode reads JSON with numbers as they are written.
func decode(text []byte, to any) error {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(to)
}

// Examples are the published examples of a service, such as organizations,
// cost-and-usage-report-service or sts, by operation.
func (s *Server) Examples(service string) []Example {
	if sv := s.services[service]; sv != nil {
		return sv.examples
	}
	return nil
}

// UseExample has an example answer its operation whatever the input is, by its id;
// several examples of one operation have the same input.
func (s *Server) UseExample(id string) {
	for _, sv := range s.services {
		for _, e := range sv.examples {
			if e.ID == id {
				s.On(sv.name+"."+e.Operation, func(map[string]any) (any, error) { return published(e.Output), nil })
				return
			}
		}
	}
	s.problem("no published example has the id %s", id)
}

// published is an output that is sent as it is: examples do not always keep to the
// patterns of the model.
type published map[string]any

// exampleFor is the output of the first example with this input.
func (sv *service) exampleFor(op *operation, input map[string]any) (published, bool) {
	for _, e := range sv.examples {
		if e.Operation == op.name && sameValue(e.Input, input) {
			return e.Output, true
		}
	}
	return nil, false
}

// sameValue compares JSON values: numbers by what they are, not by how they are
// written.
func sameValue(a, b any) bool {
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for name, v := range x {
			w, there := y[name]
			if !there || !sameValue(v, w) {
				return false
			}
		}
		return true
	case []any:
		y, ok := b.([]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for i := range x {
			if !sameValue(x[i], y[i]) {
				return false
			}
		}
		return true
	case json.Number:
		y, ok := b.(json.Number)
		return ok && canonicalNumber(x.String()) == canonicalNumber(y.String())
	}
	return reflect.DeepEqual(a, b)
}

func canonicalNumber(number string) string {
	plain, err := plainNumber(number)
	if err != nil {
		return number
	}
	if strings.Contains(plain, ".") {
		plain = strings.TrimRight(strings.TrimRight(plain, "0"), ".")
	}
	return plain
}
