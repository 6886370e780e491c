package store

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// priced is an item of a group, one of it at a price.
func priced(group, label, price string, position int64) MonthItem {
	return MonthItem{Group: group, Position: position, Source: ItemCSV, Item: billing.AdditionalItem{
		Label: label, UnitPrice: money.MustParse(price), Quantity: money.FromInt(1),
	}}
}

// listed are the items of October, as group: label × price.
func listed(t *testing.T, s *Store) (all []string) {
	t.Helper()
	items, err := s.MonthItems(t.Context(), october)
	ok(t, err)
	for _, i := range items {
		all = append(all, i.Key().String()+" "+i.Item.UnitPrice.String())
	}
	return all
}

func actions(t *testing.T, s *Store) (all []string) {
	t.Helper()
	entries, err := s.Audit(t.Context(), 0)
	ok(t, err)
	for _, e := range slices.Backward(entries) {
		all = append(all, e.Action+" "+e.Subject+" "+e.Detail)
	}
	return all
}

func wantTexts(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s are\n%q, want\n%q", what, got, want)
	}
}

func TestItemsOfAMonth(t *testing.T) {
	s := openNew(t)
	free := priced("acme", "Goodwill", "-300.000000000000000001", 1)
	free.Item.TaxFree, free.Source = true, ItemUI
	reduced := priced("acme", "Newspaper", "4", 2)
	reduced.Item.Tax, reduced.Item.Quantity = "reduced", money.MustParse("1.5")
	ok(t, s.ChangeItems(t.Context(), ItemChanges{Period: october, By: "ann", Put: []MonthItem{reduced, free, priced("zeta", "Desk", "1", 1)}}))

	items, err := s.MonthItems(t.Context(), october)
	ok(t, err)
	wantTexts(t, "the items", listed(t, s), "acme: Goodwill -300.000000000000000001", "acme: Newspaper 4", "zeta: Desk 1")
	first, second := items[0], items[1]
	if !first.Item.TaxFree || first.Source != ItemUI || first.ChangedBy != "ann" || first.Period != october || time.Since(first.ChangedAt) > time.Minute {
		t.Errorf("the first item is %+v", first)
	}
	if second.Item.Tax != "reduced" || second.Item.Quantity.String() != "1.5" || second.Item.TaxFree {
		t.Errorf("the second item is %+v", second)
	}
	if others, err := s.MonthItems(t.Context(), september); err != nil || others != nil {
		t.Errorf("September has %v, %v", others, err)
	}

	// A put under the same key takes the place of what was there; what is moved
	// keeps all but its place.
	ok(t, s.ChangeItems(t.Context(), ItemChanges{Period: october, By: "bob",
		Put: []MonthItem{priced("acme", "Goodwill", "-5", 3)}, Remove: []ItemKey{{"zeta", "Desk"}}}))
	wantTexts(t, "the items", listed(t, s), "acme: Newspaper 4", "acme: Goodwill -5")
	ok(t, s.ChangeItems(t.Context(), ItemChanges{Period: october, By: "bob", Move: []MonthItem{priced("acme", "Newspaper", "9", 4)}}))
	wantTexts(t, "the items", listed(t, s), "acme: Goodwill -5", "acme: Newspaper 4")
	wantTexts(t, "the audit", actions(t, s),
		"item.put 2026-10/acme: Newspaper 1.5 × 4, tax reduced, by csv",
		"item.put 2026-10/acme: Goodwill 1 × -300.000000000000000001, free of tax, by ui",
		"item.put 2026-10/zeta: Desk 1 × 1, by csv",
		"item.put 2026-10/acme: Goodwill 1 × -5, by csv",
		"item.remove 2026-10/zeta: Desk was 1 × 1")
}

func TestItemChangesAreAllOrNone(t *testing.T) {
	s := openNew(t)
	present := priced("acme", "Desk", "1", 1)
	ok(t, s.ChangeItems(t.Context(), ItemChanges{Period: october, By: "ann", Put: []MonthItem{present}}))
	before := actions(t, s)
	for name, c := range map[string]ItemChanges{
		"remove what is not there": {Put: []MonthItem{priced("acme", "New", "1", 2)}, Remove: []ItemKey{{"acme", "Dusk"}}},
		"move what is not there":   {Put: []MonthItem{priced("acme", "New", "1", 2)}, Move: []MonthItem{priced("beta", "Desk", "1", 1)}},
		"no label":                 {Put: []MonthItem{priced("acme", "New", "1", 2), priced("acme", "", "1", 3)}},
		"no group":                 {Put: []MonthItem{priced("", "New", "1", 2)}},
		"unknown source":           {Put: []MonthItem{{Group: "acme", Item: present.Item, Source: "fax"}}},
		"import without a key":     {Put: []MonthItem{priced("acme", "New", "1", 2)}, Import: &ItemImport{Hash: "h", Mode: "merge"}},
	} {
		c.Period, c.By = october, "ann"
		if err := s.ChangeItems(t.Context(), c); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	refused(t, s.ChangeItems(t.Context(), ItemChanges{Period: october, Put: []MonthItem{present}}), "the name of who changes them is missing")
	notFound(t, s.ChangeItems(t.Context(), ItemChanges{Period: october, By: "ann", Remove: []ItemKey{{"acme", "Dusk"}}}), "acme: Dusk")
	wantTexts(t, "the items", listed(t, s), "acme: Desk 1")
	wantTexts(t, "the audit", actions(t, s), before...)
}

func TestItemImportIsKept(t *testing.T) {
	s := openNew(t)
	if _, found, err := s.ItemImport(t.Context(), october, "k"); found || err != nil {
		t.Errorf("an import that never was is found, %v", err)
	}
	changes := ItemChanges{Period: october, By: "ann", Put: []MonthItem{priced("acme", "Desk", "1", 1)}, Import: &ItemImport{Key: "k", Hash: "abc", Mode: "merge"}}
	ok(t, s.ChangeItems(t.Context(), changes))
	used, found, err := s.ItemImport(t.Context(), october, "k")
	ok(t, err)
	if !found || used.Hash != "abc" || used.Mode != "merge" || used.By != "ann" || time.Since(used.At) > time.Minute {
		t.Errorf("the import is %+v, %v", used, found)
	}
	if _, found, _ := s.ItemImport(t.Context(), september, "k"); found {
		t.Error("the key of October is one of September")
	}
	refused(t, s.ChangeItems(t.Context(), changes), "the import with key k")
}

// The items of a group are frozen with its document, those of others are not.
func TestItemsOfIssuedGroupsAreFrozen(t *testing.T) {
	s := openNew(t)
	ok(t, s.ChangeItems(t.Context(), ItemChanges{Period: october, By: "ann", Put: []MonthItem{priced("acme", "Desk", "1", 1)}}))
	rate(t, s, "r", october)
	_, err := s.ReplaceDrafts(t.Context(), october, nil, []Invoice{
		{ID: "2026-10/acme", Group: "acme", Period: october, Rated: "r", Document: json.RawMessage(`{}`)},
		{ID: "2026-10/beta", Group: "beta", Period: october, Rated: "r", Document: json.RawMessage(`{}`)},
	})
	ok(t, err)
	_, err = s.IssueInvoice(t.Context(), Issue{Invoice: "2026-10/acme", Series: "INV", By: "ann", At: time.Now()},
		func(Invoice, int64) (string, json.RawMessage, error) { return "INV-1", json.RawMessage(`{}`), nil })
	ok(t, err)
	for _, c := range []ItemChanges{
		{Put: []MonthItem{priced("acme", "New", "1", 2)}},
		{Move: []MonthItem{priced("acme", "Desk", "1", 2)}},
		{Remove: []ItemKey{{"acme", "Desk"}}},
	} {
		c.Period, c.By = october, "ann"
		refused(t, s.ChangeItems(t.Context(), c), "INV-1", "2026-10", "never changes")
	}
	ok(t, s.ChangeItems(t.Context(), ItemChanges{Period: october, By: "ann", Put: []MonthItem{priced("beta", "Desk", "1", 1)}}))
	ok(t, s.ChangeItems(t.Context(), ItemChanges{Period: october.Next(), By: "ann", Put: []MonthItem{priced("acme", "Desk", "1", 1)}}))
	wantTexts(t, "the items", listed(t, s), "acme: Desk 1", "beta: Desk 1")
}

// What is voided is billed anew, and so may have other items; a document that is
// issued in its place freezes them again.
func TestItemsAfterVoid(t *testing.T) {
	s := openNew(t)
	rate(t, s, "r", october)
	issue := func(id, number, document string) {
		t.Helper()
		_, err := s.IssueInvoice(t.Context(), Issue{
			Invoice: id, Series: "INV", By: "ann", At: time.Now(),
			Draft: &Invoice{ID: id, Group: "acme", Period: october, Rated: "r", Document: json.RawMessage(document)},
		}, func(Invoice, int64) (string, json.RawMessage, error) { return number, json.RawMessage(document), nil })
		ok(t, err)
	}
	put := func(label string) error {
		return s.ChangeItems(t.Context(), ItemChanges{Period: october, By: "ann", Put: []MonthItem{priced("acme", label, "1", 1)}})
	}
	issue("2026-10/acme", "INV-1", `{"id":"2026-10/acme","period":"2026-10"}`)
	refused(t, put("Desk"), "INV-1")
	issue("2026-10/acme/2", "INV-2", `{"id":"2026-10/acme/2","period":"2026-10","corrects":{"id":"2026-10/acme","voids":true}}`)
	ok(t, put("Desk"))
	issue("2026-10/acme/aws", "INV-3", `{"id":"2026-10/acme/aws","period":"2026-10","provider":"aws"}`)
	refused(t, put("Chair"), "INV-3")
	wantTexts(t, "the items", listed(t, s), "acme: Desk 1")
}
