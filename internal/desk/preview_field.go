package desk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"github.com/sluice-billing/sluice/internal/invoice"
)

// DocumentField is a part of a document that differs.
type DocumentField struct {
	// Path is where it is in the document as it is tried, such as
	// accounts[0].lines[2].amount; of what goes, where it was.
	Path   string          `json:"path"`
	Before json.RawMessage `json:"before"` // null where there was none
	After  json.RawMessage `json:"after"`  // null where there is none
}

// mostFields bounds how many differences of a document are told.
const mostFields = 500

// untold are parts of a document that nobody reads on it: what it was made from.
var untold = []string{"id", "inputs", "settings", "usage_residue"}

// identifying are the fields that tell elements of a document's lists apart: what has
// the same is compared, wherever it stands.
var identifying = []string{"account", "payer", "provider", "kind", "entry", "service", "id", "code", "category", "plan", "label", "name", "from", "to", "level"}

// differentFields are the fields in which two documents differ, in the order of their
// names.
func differentFields(was, is invoice.Invoice) ([]DocumentField, error) {
	before, err := readable(was)
	if err != nil {
		return nil, err
	}
	after, err := readable(is)
	if err != nil {
		return nil, err
	}
	d := fieldDifferences{fields: []DocumentField{}}
	d.compare("", before, after)
	return d.fields, d.err
}

// readable is a document as JSON has it, without what is untold.
func readable(inv invoice.Invoice) (map[string]any, error) {
	text, err := json.Marshal(inv)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	document := map[string]any{}
	if err := decoder.Decode(&document); err != nil {
		return nil, err
	}
	for _, name := range untold {
		delete(document, name)
	}
	return document, nil
}

type fieldDifferences struct {
	fields []DocumentField
	err    error
}

func (d *fieldDifferences) compare(path string, was, is any) {
	if reflect.DeepEqual(was, is) {
		return
	}
	switch before := was.(type) {
	case map[string]any:
		if after, ok := is.(map[string]any); ok {
			d.names(path, before, after)
			return
		}
	case []any:
		if after, ok := is.([]any); ok {
			d.elements(path, before, after)
			return
		}
	}
	d.say(path, was, is)
}

func (d *fieldDifferences) names(path string, was, is map[string]any) {
	all := maps.Clone(was)
	maps.Copy(all, is)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		inner := name
		if path != "" {
			inner = path + "." + name
		}
		d.compare(inner, was[name], is[name])
	}
}

// elements compares those with the same identity; the others have come or gone.
func (d *fieldDifferences) elements(path string, was, is []any) {
	before, after := identities(was), identities(is)
	for i, id := range after {
		var other any
		if at := slices.Index(before, id); at >= 0 {
			other = was[at]
		}
		d.compare(fmt.Sprintf("%s[%d]", path, i), other, is[i])
	}
	for i, id := range before {
		if !slices.Contains(after, id) {
			d.say(fmt.Sprintf("%s[%d]", path, i), was[i], nil)
		}
	}
}

// identities are what tells the elements of a list apart. Those that are told apart by
// nothing are so by their order.
func identities(list []any) []string {
	seen, ids := map[string]int{}, make([]string, len(list))
	for i, element := range list {
		id := ""
		if fields, ok := element.(map[string]any); ok {
			for _, name := range identifying {
				if text, ok := fields[name].(string); ok {
					id += name + "=" + strconv.Quote(text) + " "
				}
			}
		}
		seen[id]++
		ids[i] = id + strconv.Itoa(seen[id])
	}
	return ids
}

func (d *fieldDifferences) say(path string, was, is any) {
	if len(d.fields) >= mostFields || d.err != nil {
		return
	}
	f := DocumentField{Path: path}
	for _, side := range []struct {
		to    *json.RawMessage
		value any
	}{{&f.Before, was}, {&f.After, is}} {
		text, err := json.Marshal(side.value)
		if err != nil {
			d.err = err
			return
		}
		*side.to = text
	}
	d.fields = append(d.fields, f)
}
