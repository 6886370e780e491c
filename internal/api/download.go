package api

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluice-billing/sluice/internal/access"
)

// Download is an operation that answers with a file.
type Download[On, In any] struct {
	ID, Path, Title, About, Tag string
	Method                      string // GET where it is empty

	Needs      access.Permission
	Feature    string
	MediaTypes []string // that the file may have

	Do func(ctx context.Context, on On, in In) (File, error)
}

// File is a file with its name.
type File struct {
	Name      string
	MediaType string
	Data      []byte
}

func (o Download[On, In]) route() Route {
	return Route{
		ID: o.ID, Method: cmp.Or(o.Method, http.MethodGet), Path: o.Path, Title: o.Title, About: o.About, Tag: o.Tag,
		Needs: o.Needs, Feature: o.Feature, File: true, For: audienceOf[On](),
	}
}

// Call gets the file: in this process, or from a server.
func (o Download[On, In]) Call(ctx context.Context, at Place, in In) (File, error) {
	if at.Remote == nil {
		return o.here(ctx, at.Session, in)
	}
	answer, err := at.request(ctx, o.route(), in, nil)
	if err != nil {
		return File{}, err
	}
	defer answer.Body.Close()
	file := File{MediaType: answer.Header.Get("Content-Type")}
	if _, parameters, err := mime.ParseMediaType(answer.Header.Get("Content-Disposition")); err == nil {
		file.Name = parameters["filename"]
	}
	file.Data, err = io.ReadAll(answer.Body)
	return file, err
}

func (o Download[On, In]) here(ctx context.Context, s *Session, in In) (File, error) {
	on, err := reach[On](ctx, s, o.route())
	if err != nil {
		return File{}, err
	}
	return o.Do(ctx, on, in)
}

func (o Download[On, In]) run(context.Context, *Session, json.RawMessage) (json.RawMessage, error) {
	return nil, errors.New("a file is downloaded, not made by a job")
}

// download is an answer with a file as huma writes it.
type download struct {
	ContentType        string `header:"Content-Type"`
	ContentDisposition string `header:"Content-Disposition"`
	Body               []byte
}

// fileSchema says of a file what a reader of its type finds in it.
func fileSchema(mediaType string) *huma.Schema {
	switch mediaType {
	case "application/json", "application/schema+json", "application/yaml":
		return &huma.Schema{} // anything
	case "text/csv", "application/jsonl":
		return &huma.Schema{Type: huma.TypeString}
	}
	return &huma.Schema{Type: huma.TypeString, Format: "binary"}
}

func (o Download[On, In]) register(on huma.API, s *Service) {
	op := s.document(o.route())
	gate[On](s, &op, o.route())
	content := map[string]*huma.MediaType{}
	for _, mediaType := range o.MediaTypes {
		content[mediaType] = &huma.MediaType{Schema: fileSchema(mediaType)}
	}
	op.Responses = map[string]*huma.Response{"200": {Description: "The file", Content: content}}
	huma.Register(on, op, func(ctx context.Context, in *In) (*download, error) {
		file, err := o.here(ctx, sessionOf(ctx), *in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		disposition := mime.FormatMediaType("attachment", map[string]string{"filename": file.Name})
		return &download{file.MediaType, disposition, file.Data}, nil
	})
}
