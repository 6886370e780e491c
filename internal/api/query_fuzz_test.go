package api

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

type fuzzedRow struct {
	ID    string `json:"id"`
	Total string `json:"total"`
	In    struct {
		Deep int `json:"deep"`
	} `json:"in"`
}

// Whatever is asked of a list, it is refused as the caller's fault, or the pages
// have every row that fits once.
func FuzzReadQuery(f *testing.F) {
	for _, seed := range []string{
		"limit=2&sort=-total,id&filter=id:ne:r3", "filter=in.deep:ge:4&limit=1", "cursor=e30", "sort=nothing", "fields=id", "limit=0", "filter=id:in:r1,r2&sort=id", "filter=total:has:1&limit=1000", "cursor=eyJhIjoicjEiLCJuIjo5OTk5OTk5OTk5LCJxIjoieCJ9",
	} {
		f.Add(seed)
	}
	rows := make([]fuzzedRow, 25)
	for i := range rows {
		rows[i].ID, rows[i].Total, rows[i].In.Deep = fmt.Sprintf("r%d", i), fmt.Sprintf("%d.%d", i*i%7, i%3), i%5
	}
	key := func(r fuzzedRow) string { return r.ID }
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		refused := func(err error) bool {
			p, inner := ProblemOf(err)
			if err != nil && (inner || p.Code != "invalid") {
				t.Fatalf("%q is refused with %v", query, err)
			}
			return err != nil
		}
		wanted, err := readQuery(values)
		if err != nil {
			refused(err)
			return
		}
		first, err := pageOf(rows, key, wanted)
		if err != nil {
			refused(err)
			return
		}
		if wanted.cursor != "" {
			return // somewhere in the middle
		}
		seen := map[string]bool{}
		for page := first; ; {
			if len(page.Items) > wanted.limit || page.Total != first.Total {
				t.Fatalf("%q: %d items of %d, not %d of %d", query, len(page.Items), page.Total, wanted.limit, first.Total)
			}
			for _, r := range page.Items {
				if seen[r.ID] {
					t.Fatalf("%q: %s comes twice", query, r.ID)
				}
				seen[r.ID] = true
			}
			if page.Next == "" {
				break
			}
			wanted.cursor = page.Next
			if page, err = pageOf(rows, key, wanted); err != nil {
				t.Fatalf("%q: the next page: %v", query, err)
			}
		}
		if len(seen) != first.Total {
			t.Fatalf("%q: %d of %d rows", query, len(seen), first.Total)
		}
	})
}

type fuzzedInput struct {
	ID   string   `path:"id"`
	Text string   `query:"text"`
	Many []string `query:"many,explode"`
	Yes  bool     `query:"yes"`
	N    int      `query:"n"`
	On   Date     `query:"on"`
	Body struct {
		Text string            `json:"text"`
		List []string          `json:"list"`
		Of   map[string]string `json:"of"`
	}
}

// What the client of a remote server writes is what an operation there gets.
func FuzzRemoteRoundTrip(f *testing.F) {
	f.Add("2026-10/acme", "a&b=c", "x", "y+z", true, 7, "2026-10-31", "текст")
	f.Add("..%2f", "%00", "", ",", false, -1, "", "\"</script>")
	f.Add("日本 語", "\u2028", "=", ";", true, 0, "0001-01-01", "\\u0000")
	var got *fuzzedInput
	mux := http.NewServeMux()
	c := huma.DefaultConfig("fuzz", "1")
	c.CreateHooks, c.Formats = nil, map[string]huma.Format{"application/json": jsonFormat, "json": jsonFormat}
	huma.Register(humago.New(mux, c), huma.Operation{OperationID: "echo", Method: http.MethodPost, Path: "/echo/{id}/x"}, func(_ context.Context, in *fuzzedInput) (*struct{}, error) {
		got = in
		return nil, nil
	})
	f.Fuzz(func(t *testing.T, id, text, one, two string, yes bool, n int, on, inner string) {
		in := fuzzedInput{ID: id, Text: text, Many: []string{one, two}, Yes: yes, N: n}
		if on != "" && in.On.UnmarshalText([]byte(on)) != nil {
			return
		}
		in.Body.Text, in.Body.List, in.Body.Of = inner, []string{inner, one}, map[string]string{text: inner}
		for _, s := range []string{id, text, one, two, inner} {
			if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
				return // which is refused, and tested elsewhere
			}
		}
		if id == "" || id == "." || id == ".." || one == "" || two == "" {
			return // not the name of anything
		}
		path, query, header, body, err := encode("/echo/{id}/x", in)
		if err != nil {
			t.Fatal(err)
		}
		request := httptest.NewRequest(http.MethodPost, path+"?"+query.Encode(), bytes.NewReader(body))
		request.Header = header
		got = nil
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, request)
		if got == nil || !reflect.DeepEqual(*got, in) {
			t.Fatalf("%d %s: %+v became %+v", w.Code, w.Body, in, got)
		}
	})
}
