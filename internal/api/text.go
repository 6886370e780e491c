package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
)

// jsonFormat reads and writes JSON. Text that no database and no document can hold
// is refused before anything looks at it: bytes that are no UTF-8, and NUL.
var jsonFormat = huma.Format{
	Marshal: huma.DefaultJSONFormat.Marshal,
	Unmarshal: func(data []byte, v any) error {
		switch {
		case !utf8.Valid(data):
			return errors.New("the body is not UTF-8")
		case hasNUL(data):
			return errors.New("the body has a text with the character NUL in it")
		}
		return json.Unmarshal(data, v)
	},
}

// hasNUL tells whether a text of a JSON document has NUL in it, which can only be
// written as an escape.
func hasNUL(data []byte) bool {
	for {
		at := bytes.IndexByte(data, '\\')
		if at < 0 || at+1 == len(data) {
			return false
		}
		if bytes.HasPrefix(data[at:], []byte(`\u0000`)) {
			return true
		}
		data = data[at+2:]
	}
}

// checkAddress refuses a path or a query that cannot be read, or that has text in it
// that nothing here is called.
func checkAddress(r *http.Request) error {
	const why = "the address has bytes in it that are no text"
	query, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return &Problem{Code: "malformed", Detail: "the query of the address cannot be read; write % as %25"}
	}
	odd := func(text string) bool { return !utf8.ValidString(text) || strings.ContainsRune(text, 0) }
	for name, values := range query {
		if odd(name) || slices.ContainsFunc(values, odd) {
			return &Problem{Code: "malformed", Detail: why}
		}
	}
	if odd(r.URL.Path) {
		return &Problem{Code: "malformed", Detail: why}
	}
	return nil
}

// methods are all that operations have.
var methods = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// elsewhere answers what no operation answers: a path that is none, or a method
// that a path does not have.
func (s *Service) elsewhere(mux *http.ServeMux) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, here := mux.Handler(r)
		var allowed []string
		for _, method := range methods {
			other := r.Clone(r.Context())
			other.Method = method
			if _, pattern := mux.Handler(other); pattern != here {
				allowed = append(allowed, method)
			}
		}
		if len(allowed) == 0 {
			s.refuse(w, r, &Problem{Code: "not-found", Detail: "there is nothing at this path; /openapi.json has all operations"})
			return
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		s.refuse(w, r, &Problem{Code: "not-allowed", Detail: r.Method + " is not done here; Allow names what is"})
	}
}
