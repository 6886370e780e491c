package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/view"
)

// Stream is a Download of a file that may be large: it is written as it is sent, and
// never in memory as a whole. It has no ETag.
type Stream[On, In any] struct {
	ID, Path, Title, About, Tag string

	Needs      access.Permission
	Feature    string
	MediaTypes []string // that the file may have

	Do func(ctx context.Context, on On, in In) (Streamed, error)
}

// Streamed is a file that is ready to be written, which must be done once.
type Streamed struct {
	Name      string
	MediaType string
	Write     func(w io.Writer) error
}

func (o Stream[On, In]) route() Route {
	return Route{
		ID: o.ID, Method: http.MethodGet, Path: o.Path, Title: o.Title, About: o.About, Tag: o.Tag,
		Needs: o.Needs, Feature: o.Feature, File: true, Streamed: true, For: audienceOf[On](),
	}
}

// Call gets the file as a whole: in this process, or from a server.
func (o Stream[On, In]) Call(ctx context.Context, at Place, in In) (File, error) {
	return Download[On, In]{
		ID: o.ID, Path: o.Path, Needs: o.Needs, Feature: o.Feature,
		Do: func(ctx context.Context, on On, in In) (File, error) {
			file, err := o.Do(ctx, on, in)
			if err != nil {
				return File{}, err
			}
			var data bytes.Buffer
			err = file.Write(&data)
			return File{file.Name, file.MediaType, data.Bytes()}, err
		},
	}.Call(ctx, at, in)
}

// Save gets the file into w: in this process, or from a server. It is never in memory
// as a whole.
func (o Stream[On, In]) Save(ctx context.Context, at Place, in In, w io.Writer) error {
	if at.Remote != nil {
		answer, err := at.request(ctx, o.route(), in, nil)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		_, err = io.Copy(w, answer.Body)
		return err
	}
	on, err := reach[On](ctx, at.Session, o.route())
	if err != nil {
		return err
	}
	file, err := o.Do(ctx, on, in)
	if err != nil {
		return err
	}
	return file.Write(w)
}

func (o Stream[On, In]) run(context.Context, *Session, json.RawMessage) (json.RawMessage, error) {
	return nil, errors.New("a file is downloaded, not made by a job")
}

func (o Stream[On, In]) register(on huma.API, s *Service) {
	op := s.document(o.route())
	gate[On](s, &op, o.route())
	content := map[string]*huma.MediaType{}
	for _, mediaType := range o.MediaTypes {
		content[mediaType] = &huma.MediaType{Schema: fileSchema(mediaType)}
	}
	op.Responses = map[string]*huma.Response{"200": {Description: "The file", Content: content}}
	huma.Register(on, op, func(ctx context.Context, in *In) (*huma.StreamResponse, error) {
		to, err := reach[On](ctx, sessionOf(ctx), o.route())
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		file, err := o.Do(ctx, to, *in)
		if errors.Is(err, view.ErrSwitchedOff) {
			err = deniedBecause(err)
		}
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return &huma.StreamResponse{Body: func(hc huma.Context) {
			hc.SetHeader("Content-Type", file.MediaType)
			hc.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
			if err := file.Write(hc.BodyWriter()); err != nil {
				s.Log.WarnContext(ctx, "a file was not sent to its end", "operation", o.ID, "error", err.Error())
				panic(http.ErrAbortHandler) // so that what is there is not taken for the whole
			}
		}}, nil
	})
}
