package api

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"github.com/sluice-billing/sluice/internal/money"
)

const (
	usualLimit = 100
	mostLimit  = 1000
	mostTerms  = 20  // filters and sort keys of one request
	mostText   = 500 // characters of a parameter, where nothing else is said
)

// limitSchema says what limit may be.
var limitSchema = huma.SchemaFromType(huma.NewMapRegistry("", huma.DefaultSchemaNamer), reflect.TypeFor[struct {
	Limit int `json:"limit" minimum:"1" maximum:"1000" default:"100"`
}]()).Properties["limit"]

// pageParameters are the query parameters that every list has.
var pageParameters = []*huma.Param{
	{Name: "limit", In: "query", Description: "How many things a page has at most.", Schema: limitSchema},
	{Name: "cursor", In: "query", Description: "Where to go on: `next` of the page before. It belongs to the same sort and filter.", Schema: &huma.Schema{Type: "string", MaxLength: new(2000)}},
	{Name: "sort", In: "query", Description: "Fields to sort by, the first before the second; `-` before a field turns its order round. Amounts are sorted as numbers.", Example: "-total,customer", Schema: &huma.Schema{Type: "string", MaxLength: new(mostText)}},
	{Name: "filter", In: "query", Description: "What rows must be like: `field:operator:value`; more than one filter means all of them. Operators: `eq`, `ne`, `lt`, `le`, `gt`, `ge`, `has` (contains the text) and `in` (one of several, divided by commas). Fields inside others are written with a dot.", Example: []string{"state:eq:issued"}, Explode: new(true), Schema: &huma.Schema{Type: "array", Items: &huma.Schema{Type: "string", MaxLength: new(mostText)}, MaxItems: new(mostTerms)}},
	{Name: "fields", In: "query", Description: "The fields of each thing that are wanted, divided by commas; all where it is not given.", Example: "id,state", Schema: &huma.Schema{Type: "string", MaxLength: new(1000)}},
}

// listQuery is what a request wants of a list.
type listQuery struct {
	limit   int
	cursor  string
	sort    []sortKey
	filters []filterTerm
}

type sortKey struct {
	field string
	down  bool
}

type filterTerm struct{ field, operator, value string }

var operators = []string{"eq", "ne", "lt", "le", "gt", "ge", "has", "in"}

// readQuery reads what is wanted of a list; what cannot be understood is refused.
func readQuery(q url.Values) (w listQuery, err error) {
	for _, p := range pageParameters {
		for _, text := range q[p.Name] {
			if most := longest(p.Schema); utf8.RuneCountInString(text) > most {
				return w, invalid("query."+p.Name, "is longer than %d characters", most)
			}
		}
	}
	w.limit, w.cursor = usualLimit, q.Get("cursor")
	if text := q.Get("limit"); text != "" {
		w.limit, err = strconv.Atoi(text)
		if err != nil || w.limit < 1 || w.limit > mostLimit {
			return w, invalid("query.limit", "%q is no number from 1 to %d", text, mostLimit)
		}
	}
	if text := q.Get("sort"); text != "" {
		for _, field := range strings.Split(text, ",") {
			name, down := strings.CutPrefix(strings.TrimSpace(field), "-")
			if name == "" {
				return w, invalid("query.sort", "%q names no field", text)
			}
			w.sort = append(w.sort, sortKey{name, down})
		}
	}
	for _, text := range q["filter"] {
		parts := strings.SplitN(text, ":", 3)
		if len(parts) != 3 || parts[0] == "" || !slices.Contains(operators, parts[1]) {
			return w, invalid("query.filter", "%q is no filter; write field:operator:value with one of %s", text, strings.Join(operators, ", "))
		}
		w.filters = append(w.filters, filterTerm{parts[0], parts[1], parts[2]})
	}
	if len(w.sort) > mostTerms || len(w.filters) > mostTerms {
		return w, invalid("query", "there are more than %d filters or sort keys", mostTerms)
	}
	return w, nil
}

// longest is how many characters a parameter can have, or one of its values.
func longest(s *huma.Schema) int {
	switch {
	case s.Items != nil:
		return longest(s.Items)
	case s.MaxLength != nil:
		return *s.MaxLength
	}
	return mostText
}

// keyed is a row with its key, and its fields where they are asked for.
type keyed[Row any] struct {
	row    Row
	key    string
	fields map[string]any
}

// pageOf takes the wanted page out of the rows.
func pageOf[Row any](rows []Row, key func(Row) string, w listQuery) (Page[Row], error) {
	all := make([]keyed[Row], len(rows))
	for i, row := range rows {
		all[i] = keyed[Row]{row: row, key: key(row)}
	}
	if len(w.sort)+len(w.filters) > 0 {
		var err error
		if all, err = arranged(all, w); err != nil {
			return Page[Row]{}, err
		}
	}
	from, err := w.start(len(all), func(i int) string { return all[i].key })
	if err != nil {
		return Page[Row]{}, err
	}
	to := min(from+w.limit, len(all))
	page := Page[Row]{Items: make([]Row, 0, to-from), Total: len(all)}
	for _, k := range all[from:to] {
		page.Items = append(page.Items, k.row)
	}
	if to < len(all) {
		page.Next = w.cursorAfter(to, all[to-1].key)
	}
	return page, nil
}

// arranged filters and sorts.
func arranged[Row any](all []keyed[Row], w listQuery) ([]keyed[Row], error) {
	known := map[string]bool{}
	for i := range all {
		data, err := json.Marshal(all[i].row)
		if err != nil {
			return nil, err
		}
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber() // numbers stay as they are written
		if err := d.Decode(&all[i].fields); err != nil {
			return nil, err
		}
		for _, s := range w.sort {
			known[s.field] = known[s.field] || present(all[i].fields, s.field)
		}
	}
	kept := slices.DeleteFunc(all, func(k keyed[Row]) bool {
		return slices.ContainsFunc(w.filters, func(f filterTerm) bool { return !f.fits(k.fields) })
	})
	for _, s := range w.sort {
		if len(all) > 0 && !known[s.field] {
			return nil, invalid("query.sort", "no row has a field %q to sort by", s.field)
		}
	}
	slices.SortStableFunc(kept, func(a, b keyed[Row]) int {
		for _, s := range w.sort {
			c := compareValues(valueAt(a.fields, s.field), valueAt(b.fields, s.field))
			if s.down {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return 0
	})
	return kept, nil
}

func present(fields map[string]any, path string) bool {
	at := any(fields)
	for name := range strings.SplitSeq(path, ".") {
		object, ok := at.(map[string]any)
		if !ok {
			return false
		}
		if at, ok = object[name]; !ok {
			return false
		}
	}
	return true
}

// valueAt is a field as text; what is no text, number or yes-or-no is JSON.
func valueAt(fields map[string]any, path string) string {
	at := any(fields)
	for name := range strings.SplitSeq(path, ".") {
		object, ok := at.(map[string]any)
		if !ok {
			return ""
		}
		at = object[name]
	}
	switch v := at.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	data, err := json.Marshal(at)
	if err != nil {
		return ""
	}
	return string(data)
}

// compareValues compares as numbers, exactly, what are numbers on both sides, and
// as text everything else. Empty comes first.
func compareValues(a, b string) int {
	x, errX := money.Parse(a)
	y, errY := money.Parse(b)
	switch {
	case errX == nil && errY == nil:
		return x.Cmp(y)
	case a == "" || b == "":
		return cmp.Compare(len(a), len(b))
	}
	return cmp.Compare(a, b)
}

func (f filterTerm) fits(fields map[string]any) bool {
	value := valueAt(fields, f.field)
	switch c := compareValues(value, f.value); f.operator {
	case "eq":
		return c == 0
	case "ne":
		return c != 0
	case "lt":
		return c < 0
	case "le":
		return c <= 0
	case "gt":
		return c > 0
	case "ge":
		return c >= 0
	case "has":
		return strings.Contains(strings.ToLower(value), strings.ToLower(f.value))
	}
	return slices.ContainsFunc(strings.Split(f.value, ","), func(one string) bool { return compareValues(value, one) == 0 })
}

// position is what a cursor says: after which row, where that was, and of which
// sort and filter.
type position struct {
	After string `json:"a"`
	At    int    `json:"n"`
	Of    string `json:"q"`
}

// of tells queries with another sort or filter apart.
func (w listQuery) of() string {
	sum := sha256.Sum256(fmt.Append(nil, w.sort, w.filters))
	return base64.RawURLEncoding.EncodeToString(sum[:6])
}

func (w listQuery) cursorAfter(at int, key string) string {
	data, err := json.Marshal(position{key, at, w.of()})
	if err != nil {
		return "" // texts and a number can be written
	}
	return base64.RawURLEncoding.EncodeToString(data)
}

// start is the index of the first row of the page: the one behind the row that
// the cursor names, wherever that is now. Where that row is gone, it is the place
// that it had.
func (w listQuery) start(rows int, key func(int) string) (int, error) {
	if w.cursor == "" {
		return 0, nil
	}
	var p position
	data, err := base64.RawURLEncoding.DecodeString(w.cursor)
	if err != nil || json.Unmarshal(data, &p) != nil || p.At < 0 || p.Of != w.of() {
		return 0, invalid("query.cursor", "is not one of this list with this sort and filter; begin again without it")
	}
	if p.At > 0 && p.At <= rows && key(p.At-1) == p.After {
		return p.At, nil
	}
	for i := range rows {
		if key(i) == p.After {
			return i + 1, nil
		}
	}
	return min(p.At, rows), nil
}
