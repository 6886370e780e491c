package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluice-billing/sluice/internal/access"
)

// Listing is an operation that lists things of one kind. Over HTTP they come in
// pages, filtered, sorted, with the wanted fields alone, as JSON or CSV; the
// command line has them all.
type Listing[On, In, Row any] struct {
	ID, Path, Title, About, Tag string

	Needs   access.Permission
	Feature string
	Kept    bool // as of an Operation

	// Key is what tells a row from all others.
	Key func(Row) string
	// Do returns all rows that the caller may see, in an order that does not change
	// by itself.
	Do func(ctx context.Context, on On, in In) ([]Row, error)
}

// Page is a part of a list.
type Page[Row any] struct {
	Items []Row  `json:"items" doc:"The things, at most limit of them"`
	Next  string `json:"next,omitempty" doc:"Give this as cursor to get the next page; not there on the last one"`
	Total int    `json:"total" doc:"How many there are on all pages, after filtering"`
}

func (l Listing[On, In, Row]) route() Route {
	return Route{
		ID: l.ID, Method: http.MethodGet, Path: l.Path, Title: l.Title, About: l.About, Tag: l.Tag,
		Needs: l.Needs, Feature: l.Feature, List: true, Kept: l.Kept, For: audienceOf[On](),
	}
}

// Call returns all rows: in this process, or from a server, page by page.
func (l Listing[On, In, Row]) Call(ctx context.Context, at Place, in In) ([]Row, error) {
	if at.Remote == nil {
		return l.here(ctx, at.Session, in)
	}
	all, cursor := []Row{}, ""
	for {
		var page Page[Row]
		if err := at.askPage(ctx, l.route(), in, cursor, &page); err != nil {
			return nil, err
		}
		if all = append(all, page.Items...); page.Next == "" {
			return all, nil
		}
		cursor = page.Next
	}
}

func (l Listing[On, In, Row]) here(ctx context.Context, s *Session, in In) ([]Row, error) {
	on, err := reach[On](ctx, s, l.route())
	if err != nil {
		return nil, err
	}
	rows, err := l.Do(ctx, on, in)
	return whole(rows), err
}

func (l Listing[On, In, Row]) run(ctx context.Context, s *Session, input json.RawMessage) (json.RawMessage, error) {
	var in In
	if err := json.Unmarshal(input, &in); err != nil {
		return nil, err
	}
	rows, err := l.here(ctx, s, in)
	if err != nil {
		return nil, err
	}
	return json.Marshal(rows)
}

func (l Listing[On, In, Row]) register(on huma.API, s *Service) {
	op := s.document(l.route())
	op.Parameters = pageParameters
	gate[On](s, &op, l.route())
	huma.Register(on, op, func(ctx context.Context, in *In) (*reply[Page[Row]], error) {
		if err := l.mayTake(ctx); err != nil {
			return nil, s.problem(ctx, err)
		}
		wanted, err := readQuery(requestOf(ctx).URL.Query())
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		rows, err := l.here(ctx, sessionOf(ctx), *in)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		page, err := pageOf(rows, l.Key, wanted)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return replyWith(op.DefaultStatus, page), nil
	})
}

// mayTake refuses a table to customers for whom downloads are not switched on.
func (l Listing[On, In, Row]) mayTake(ctx context.Context) error {
	r := l.route()
	if r.For != ForMembers || !strings.Contains(requestOf(ctx).Header.Get("Accept"), "text/csv") {
		return nil
	}
	r.Feature = access.FeatureDownload
	_, err := reach[On](ctx, sessionOf(ctx), r)
	return err
}
