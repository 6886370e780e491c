package config_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
)

const bookText = `id: standard
rules:
  - name: compute
    match: {service: AmazonEC2}
    percent: "5"
  - name: rest
    match: {service: otherServices}
    percent: "3"
examples:
  - line: {service: AmazonEC2, cost: "100"}
    expect: {price: "105"}
`

// A resource is read with the place of everything in it, is written as the same, and
// JSON is read as YAML is, with tabs and all.
func TestReadResource(t *testing.T) {
	read, err := config.ReadResource("price_books", []byte(bookText))
	if err != nil || read.ID != "standard" || len(read.Config.PriceBooks) != 1 || len(read.Config.PriceBooks[0].Rules) != 2 {
		t.Fatalf("%+v, %v", read.Config, err)
	}
	for inner, want := range map[string][2]int{"": {1, 1}, ".rules[1]": {6, 5}, ".rules[1].percent": {8, 14}, ".rules[1].fee": {6, 5}, ".examples[0].expect": {11, 13}} {
		if line, column := read.Place(inner); [2]int{line, column} != want {
			t.Errorf("%q is at %d:%d, want %v", inner, line, column, want)
		}
	}
	var again bytes.Buffer
	if there, err := config.WriteResource(&again, read.Config, "price_books", "standard"); !there || err != nil {
		t.Fatalf("%v, %v", there, err)
	}
	written, err := config.ReadResource("price_books", again.Bytes())
	if err != nil || config.Hash(written.Config) != config.Hash(read.Config) {
		t.Errorf("written as\n%s\n%v", again.String(), err)
	}
	text, err := json.MarshalIndent(read.Config.PriceBooks[0], "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	fromJSON, err := config.ReadResource("price_books", text)
	if err != nil || config.Hash(fromJSON.Config) != config.Hash(read.Config) {
		t.Errorf("of %s: %v", text, err)
	}
	if there, err := config.WriteResource(&again, read.Config, "price_books", "other"); there || err != nil {
		t.Errorf("of one that is not there: %v, %v", there, err)
	}
}

// All that is wrong with a resource is said at its line.
func TestReadResourceRefuses(t *testing.T) {
	for _, x := range []struct {
		text, wrong  string
		line, column int
	}{
		{"", "is empty", 1, 1},
		{"id: a\n---\nid: b\n", "second document", 3, 1},
		{"id: a\nrules: []\nrools: []\n", "is not known", 3, 1},
		{strings.Replace(bookText, `percent: "3"`, `percent: often`, 1), "1234.50", 8, 14},
		{strings.Replace(bookText, `name: rest`, `name: compute`, 1), "compute", 6, 11},
		{"id: [", "", 1, 5},
		{"- id: a\n", "expected the fields", 1, 1},
	} {
		_, err := config.ReadResource("price_books", []byte(x.text))
		var all config.Errors
		if !errors.As(err, &all) || !strings.Contains(all.Error(), x.wrong) {
			t.Errorf("%q: %v, want %q", x.text, err, x.wrong)
			continue
		}
		if all[0].Line != x.line || all[0].Column != x.column {
			t.Errorf("%q: %v, want it at %d:%d", x.text, all[0], x.line, x.column)
		}
	}
}

// What is laid over a configuration takes the place of what has its id, or comes last;
// null takes away.
func TestLay(t *testing.T) {
	c := billing.Config{Customers: []billing.Customer{{ID: "a", Name: "A"}, {ID: "b", Name: "B"}}}
	for _, x := range []struct{ id, spec, want string }{
		{"a", `{"id": "a", "name": "Other"}`, "a Other b B"},
		{"c", `{"id": "c", "name": "C"}`, "a A b B c C"},
		{"a", "null", "b B"}, {"b", "", "a A"},
		{"x", "null", "customers[x] is not declared, and cannot be taken away"},
		{"a", `{"id": "b", "name": "B"}`, "the resource is customers[b], and customers[a] is named"},
		{"a", `{"id": "a", "naem": "A"}`, `the resource cannot be read: unknown field "naem"`},
	} {
		laid, err := config.Lay(c, "customers", x.id, []byte(x.spec))
		var got []string
		for _, customer := range laid.Customers {
			got = append(got, customer.ID, customer.Name)
		}
		if err != nil {
			got = []string{err.Error()}
		}
		if text := strings.Join(got, " "); text != x.want {
			t.Errorf("%s %s: %s, want %s", x.id, x.spec, text, x.want)
		}
	}
	if len(c.Customers) != 2 || c.Customers[0].Name != "A" {
		t.Error("what it was laid over has changed")
	}
}

// Whatever the text, a resource that can be read is written as one that reads the same.
func FuzzReadResource(f *testing.F) {
	f.Add("price_books", bookText)
	f.Add("price_books", `{"id": "a", "rules":	[]}`)
	f.Add("customers", "id: a\nname: A\n")
	f.Add("reseller", "name: R\ncurrency: USD\n")
	f.Fuzz(func(t *testing.T, kind, text string) {
		read, err := config.ReadResource(kind, []byte(text))
		if err != nil {
			return
		}
		var written bytes.Buffer
		if there, err := config.WriteResource(&written, read.Config, kind, read.ID); !there || err != nil {
			t.Fatalf("%q cannot be written: %v, %v", text, there, err)
		}
		again, err := config.ReadResource(kind, written.Bytes())
		if err != nil || config.Hash(again.Config) != config.Hash(read.Config) {
			t.Errorf("%q is written as %q, which is another: %v", text, written.String(), err)
		}
	})
}
