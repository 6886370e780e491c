package plugin

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/dynamicpb"
)

// raw takes messages as they are on the wire.
type raw struct{}

func (raw) Name() string { return "proto" }

func (raw) Marshal(v any) ([]byte, error) { return *v.(*[]byte), nil }

func (raw) Unmarshal(data []byte, v any) error {
	*v.(*[]byte) = append([]byte(nil), data...)
	return nil
}

var _ encoding.Codec = raw{}

// plugged is a plugin of another product: what it answers by the name of the question, as
// JSON, as bytes on the wire, or as an error.
type plugged map[string]func(question map[string]any) (answers []any, err error)

// serve serves a plugin, whose answers are of that contract.
func (p plugged) serve(t *testing.T, contract string) string {
	t.Helper()
	return "grpc://" + listening(t, func(*grpc.Server) {}, grpc.ForceServerCodec(raw{}), grpc.UnknownServiceHandler(func(_ any, s grpc.ServerStream) error {
		path, _ := grpc.MethodFromServerStream(s)
		var service, method string
		if _, err := fmt.Sscanf(path, "/"+contract+".%s", &service); err != nil {
			return status.Error(codes.Unimplemented, "not there")
		}
		for i := range service {
			if service[i] == '/' {
				service, method = service[:i], service[i+1:]
				break
			}
		}
		answer, ok := p[method]
		if !ok {
			return status.Error(codes.Unimplemented, "not there")
		}
		k, err := callOf(contract, service, method)
		if err != nil {
			return err
		}
		var asked []byte
		if err := s.RecvMsg(&asked); err != nil {
			return err
		}
		question := dynamicpb.NewMessage(k.question)
		if err := proto.Unmarshal(asked, question); err != nil {
			return err
		}
		text, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(question)
		if err != nil {
			return err
		}
		var fields map[string]any
		if err := json.Unmarshal(text, &fields); err != nil {
			return err
		}
		answers, err := answer(fields)
		for _, a := range answers {
			wire, ok := a.([]byte)
			if said, isText := a.(string); isText {
				m := dynamicpb.NewMessage(k.answer)
				if err := protojson.Unmarshal([]byte(said), m); err != nil {
					return status.Error(codes.Internal, "the test's own answer: "+err.Error())
				}
				made, err := proto.Marshal(m)
				if err != nil {
					return err
				}
				wire = made
			} else if !ok {
				return status.Errorf(codes.Internal, "%T is no answer", a)
			}
			if err := s.SendMsg(&wire); err != nil {
				return err
			}
		}
		return err
	}))
}

func answering(answers ...any) func(map[string]any) ([]any, error) {
	return func(map[string]any) ([]any, error) { return answers, nil }
}

func wire(t *testing.T, text string) []byte {
	t.Helper()
	bytes, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}
