package rating_test

import (
	"encoding/json"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"
	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
)

// drawnFields are the fields of a rule that the properties draw by themselves,
// each in its way. They draw all others as testdata/rule has them.
var drawnFields = []string{"name", "match", "base", "percent", "unit_price", "tiers", "keep", "exclude", "fee", "floor", "cap",
	"not_below", "not_above", "bill_free_tier", "managed", "from", "to"}

// otherActions are the values, as JSON, that the rules of testdata/rule give to
// fields which are not in drawnFields.
var otherActions = sync.OnceValues(func() (map[string][]string, error) {
	files, err := filepath.Glob("testdata/rule/*.txtar")
	if err != nil {
		return nil, err
	}
	values := map[string][]string{}
	for _, name := range files {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			return nil, err
		}
		for _, f := range archive.Files {
			if f.Name != "reseller.yaml" {
				continue
			}
			c, err := config.Parse(f.Name, f.Data)
			if err != nil {
				return nil, err
			}
			for _, b := range c.PriceBooks {
				for _, r := range b.Rules {
					written, err := json.Marshal(r)
					if err != nil {
						return nil, err
					}
					var fields map[string]json.RawMessage
					if err := json.Unmarshal(written, &fields); err != nil {
						return nil, err
					}
					for field, value := range fields {
						if !slices.Contains(drawnFields, field) && !slices.Contains(values[field], string(value)) {
							values[field] = append(values[field], string(value))
						}
					}
				}
			}
		}
	}
	return values, nil
})

// moreActions gives a rule more to do: some of otherActions that go with it.
func moreActions(t *rapid.T, r billing.PriceRule) billing.PriceRule {
	t.Helper()
	others, err := otherActions()
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range slices.Sorted(maps.Keys(others)) {
		if rapid.IntRange(0, 2).Draw(t, field+" given") > 0 {
			continue
		}
		with := r
		value := rapid.SampledFrom(others[field]).Draw(t, field)
		if err := json.Unmarshal([]byte(`{"`+field+`": `+value+`}`), &with); err != nil {
			t.Fatal(err)
		}
		if wrongs(with) == wrongs(r) {
			r = with
		}
	}
	return r
}

func wrongs(r billing.PriceRule) int {
	return len(config.Check(billing.Config{PriceBooks: []billing.PriceBook{{ID: "book", Rules: []billing.PriceRule{r}}}}))
}

// Every field of a rule is drawn, or is in a month of testdata/rule whose prices
// were worked out by hand: else nothing holds its SQL against its Go.
func TestActionsAreTried(t *testing.T) {
	others, err := otherActions()
	if err != nil {
		t.Fatal(err)
	}
	rule := reflect.TypeFor[billing.PriceRule]()
	for i := range rule.NumField() {
		field, _, _ := strings.Cut(rule.Field(i).Tag.Get("json"), ",")
		if !slices.Contains(drawnFields, field) && len(others[field]) == 0 {
			t.Errorf("no rule of testdata/rule has %s; add a file there in which some do", field)
		}
	}
}

// A file of testdata/rule may say which rules are refused: in its part
// refused.txt a line has a rule, and after a bar what is wrong with it.
func TestRefusedRules(t *testing.T) {
	files, err := filepath.Glob("testdata/rule/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files of rules, %v", len(files), err)
	}
	for _, name := range files {
		archive, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			if f.Name != "refused.txt" {
				continue
			}
			for line := range strings.Lines(string(f.Data)) {
				rule, want, ok := strings.Cut(strings.TrimSpace(line), " | ")
				if !ok {
					t.Fatalf("%s: bad line %q", name, line)
				}
				c, err := config.Parse(name, []byte("price_books: [{id: book, rules: ["+rule+"]}]"))
				if problems := config.Check(c); err == nil && len(problems) > 0 {
					err = problems
				}
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%s: of %s is said %v, want %q", name, rule, err, want)
				}
			}
		}
	}
}
