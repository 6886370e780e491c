package awsstub

import (
	"fmt"
	"reflect"
	"slices"
)

// Gaps are what the types of an operation have that the stub does not know.
func (s *Server) Gaps(service, name string, input, output reflect.Type) []string {
	op := s.services[service].operations[name]
	if op == nil {
		return []string{service + " has no " + name}
	}
	return append(gaps(op.input, input, name, nil), gaps(op.output, output, name, nil)...)
}

func gaps(s *shape, t reflect.Type, path string, above []*shape) []string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if slices.Contains(above, s) {
		return nil
	}
	above = append(slices.Clone(above), s)
	var found []string
	switch {
	case t == timeType:
	case t.Kind() == reflect.Struct:
		for _, field := range sortedNames(sdkMembers(t)) {
			f, _ := t.FieldByName(field)
			m := memberLike(s, field)
			if m == nil {
				found = append(found, path+" has no "+field)
				continue
			}
			found = append(found, gaps(m.shape, f.Type, path+"."+field, above)...)
		}
	case (t.Kind() == reflect.Slice || t.Kind() == reflect.Map) && s.element != nil:
		found = gaps(s.element, t.Elem(), path, above)
	case t.Kind() == reflect.String && s.kind == "enum":
		for _, value := range valuesOf(t) {
			if !slices.Contains(s.enum, value) {
				found = append(found, fmt.Sprintf("%s may not be %s", path, value))
			}
		}
	}
	return found
}

// Violations are where an example's output breaks the model.
func (s *Server) Violations(e Example) []string {
	var found []string
	for _, v := range s.services[e.Service].operations[e.Operation].output.check("", e.Output) {
		found = append(found, v.path+" "+v.rule)
	}
	return found
}

// Unchecked are the shapes of a service whose pattern could not be read.
func (s *Server) Unchecked(service string) []string { return s.services[service].unchecked }
