package plugin

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/bufbuild/protocompile"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"
)

//go:embed proto/*.proto
var foreign embed.FS

const (
	costAnalysis = "spaceone.api.cost_analysis.plugin"
	oldBilling   = "spaceone.api.billing.plugin"
)

// services are those of others' protocols, by package. Their messages go in and come out
// as JSON text: numbers are read from it as decimals, and never are binary fractions.
var services = map[string]func() (protoreflect.FileDescriptor, error){
	costAnalysis: sync.OnceValues(func() (protoreflect.FileDescriptor, error) { return compiled("cost_analysis.proto") }),
	oldBilling:   sync.OnceValues(func() (protoreflect.FileDescriptor, error) { return compiled("billing.proto") }),
}

func compiled(name string) (protoreflect.FileDescriptor, error) {
	text, err := foreign.ReadFile("proto/" + name)
	if err != nil {
		return nil, err
	}
	compiler := protocompile.Compiler{Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{
		Accessor: protocompile.SourceAccessorFromMap(map[string]string{name: string(text)}),
	})}
	files, err := compiler.Compile(context.Background(), name)
	if err != nil {
		return nil, fmt.Errorf("the contract %s cannot be read: %w", name, err)
	}
	return files[0], nil
}

// call is a question of another's protocol: its path, and its messages.
type call struct {
	path             string
	question, answer protoreflect.MessageDescriptor
}

func callOf(contract, service, method string) (call, error) {
	file, err := services[contract]()
	if err != nil {
		return call{}, err
	}
	s := file.Services().ByName(protoreflect.Name(service))
	if s == nil || s.Methods().ByName(protoreflect.Name(method)) == nil {
		return call{}, fmt.Errorf("the contract %s has no question %s.%s", contract, service, method)
	}
	m := s.Methods().ByName(protoreflect.Name(method))
	return call{"/" + contract + "." + service + "/" + method, m.Input(), m.Output()}, nil
}

// fill makes the question from a value that JSON can say.
func (k call) fill(value map[string]any) (*dynamicpb.Message, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	m := dynamicpb.NewMessage(k.question)
	if err := protojson.Unmarshal(text, m); err != nil {
		return nil, fmt.Errorf("the question cannot be written; look at the options of the backend, and at the task") // the cause may quote a credential
	}
	return m, nil
}

// read reads an answer into a value, its numbers as they are written.
func read(m *dynamicpb.Message, into any) error {
	text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(m)
	if err != nil {
		return fmt.Errorf("it cannot be read: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return decoder.Decode(into)
}

// misfits tells whether a message, or one of those in its lists, has a field that we know
// under its number and that was sent as something else. Such a field is not read at all: a
// cost would silently be 0.
func misfits(m protoreflect.Message) bool {
	for rest := m.GetUnknown(); len(rest) > 0; {
		number, _, n := protowire.ConsumeField(rest)
		if n < 0 || m.Descriptor().Fields().ByNumber(number) != nil {
			return true
		}
		rest = rest[n:]
	}
	found := false
	m.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if field.IsList() && field.Kind() == protoreflect.MessageKind {
			for i := range value.List().Len() {
				found = found || misfits(value.List().Get(i).Message())
			}
		}
		return !found
	})
	return found
}

// foreignly asks a question of another's protocol, and reads its answer into a value.
func (c *caller) foreignly(ctx context.Context, what, contract, service, method string, value map[string]any, by Credential, into any) error {
	k, err := callOf(contract, service, method)
	if err != nil {
		return err
	}
	question, err := k.fill(value)
	if err != nil {
		return fmt.Errorf("backend %s: %w", c.Name, err)
	}
	answer := dynamicpb.NewMessage(k.answer)
	if err := c.ask(ctx, what, k.path, question, answer, by); err != nil {
		return err
	}
	if into == nil {
		return nil
	}
	if misfits(answer) {
		return fmt.Errorf("backend %s speaks another version of protocol %s: what it answered when it was asked for %s cannot be read; use a newer version of the plugin", c.Name, c.Protocol, what)
	}
	if err := read(answer, into); err != nil {
		return fmt.Errorf("what backend %s answered when it was asked for %s is not as protocol %s has it (%s); report it to who wrote the backend", c.Name, what, c.Protocol, words(err.Error(), by))
	}
	return nil
}
