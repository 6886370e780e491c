package item

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sheet"
	"github.com/sluice-billing/sluice/internal/store"
)

// itemsAre makes a month of items, each "group label price", in their order.
func itemsAre(issued map[string]string, items ...string) itemMonth {
	m := itemMonth{groups: []string{"a", "b"}, issued: issued, at: map[store.ItemKey]MonthItem{}, last: map[string]int64{}}
	for _, text := range items {
		item := itemOf(text)
		i := MonthItem{Group: item.Group, Item: item.AdditionalItem, Position: m.behind(item.Group)}
		m.now, m.at[i.Key()] = append(m.now, i), i
	}
	return m
}

func itemOf(text string) sheet.Item {
	words := strings.Fields(text)
	return sheet.Item{Group: words[0], AdditionalItem: billing.AdditionalItem{
		Label: words[1], UnitPrice: money.MustParse(words[2]), Quantity: money.FromInt(1),
	}}
}

func rowsOf(items ...string) (rows []sheet.ItemRow) {
	for i, text := range items {
		rows = append(rows, sheet.ItemRow{Item: itemOf(text), Line: i + 2})
	}
	return rows
}

// A month whose document is issued keeps its items: rows that say the same may
// be in the file, those that would change something fail.
func TestItemsOfIssuedDocumentsStay(t *testing.T) {
	issued := map[string]string{"a": "INV-7"}
	for _, test := range []struct {
		mode Mode
		rows []sheet.ItemRow
		want string
	}{
		{Merge, rowsOf("a desk 1.0", "b desk 5"), "unchanged insert"},
		{Merge, rowsOf("a desk 2", "b desk 5"), "failed insert"},
		{Merge, rowsOf("a new 2"), "failed"},
		{Replace, rowsOf("a pen 3", "a desk 1"), "unchanged unchanged"},
		{Replace, rowsOf("a desk 1", "b desk 5"), "unchanged insert failed"},
	} {
		r := Imported{Mode: test.mode}
		changes := r.compare(itemsAre(issued, "a desk 1", "a pen 3"), test.rows)
		var got []string
		for _, o := range r.Rows {
			got = append(got, o.Action)
			if text := strings.Join(o.Errors, "; "); o.Action == Failed && !strings.Contains(text, "issued as INV-7") {
				t.Errorf("%s: the row fails with %q", test.mode, text)
			}
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s of %v: %s, want %s", test.mode, test.rows, got, test.want)
		}
		for _, i := range slices.Concat(changes.Put, changes.Move) {
			if i.Group == "a" {
				t.Errorf("%s of %v changes %v", test.mode, test.rows, i.Key())
			}
		}
	}
}

// applied is what the changes make of the month: texts as itemOf reads them, in
// their order.
func applied(m itemMonth, c store.ItemChanges) (all []string) {
	at := maps.Clone(m.at)
	for _, i := range slices.Concat(c.Put, c.Move) {
		at[i.Key()] = i
	}
	for _, key := range c.Remove {
		delete(at, key)
	}
	left := slices.Collect(maps.Values(at))
	slices.SortFunc(left, func(a, b MonthItem) int {
		if a.Group != b.Group {
			return strings.Compare(a.Group, b.Group)
		}
		return int(a.Position - b.Position)
	})
	for _, i := range left {
		all = append(all, fmt.Sprintf("%s %s %s", i.Group, i.Item.Label, i.Item.UnitPrice))
	}
	return all
}

// After replace-month the month is the file; after merge it has the items of the
// file, and those that it does not name, new ones behind. Either, done twice, is
// done once, and the counts are of all rows.
func TestImportsMakeTheMonth(t *testing.T) {
	keys := []string{"a desk", "a pen", "a ink", "b desk", "b pen"}
	draw := func(t *rapid.T, name string) (items []string) {
		for _, key := range rapid.Permutation(keys).Draw(t, name)[:rapid.IntRange(0, len(keys)).Draw(t, name+" count")] {
			items = append(items, fmt.Sprintf("%s %d", key, rapid.IntRange(1, 2).Draw(t, name+" price")))
		}
		return items
	}
	byGroup := func(items []string) []string {
		return slices.SortedStableFunc(slices.Values(items), func(a, b string) int { return strings.Compare(a[:1], b[:1]) })
	}
	key := func(item string) string { return item[:strings.LastIndexByte(item, ' ')] }
	rapid.Check(t, func(t *rapid.T) {
		before, file := draw(t, "month"), draw(t, "file")
		merged := slices.Clone(before)
		for _, item := range file {
			if i := slices.IndexFunc(merged, func(m string) bool { return key(m) == key(item) }); i >= 0 {
				merged[i] = item
			} else {
				merged = append(merged, item)
			}
		}
		for mode, want := range map[Mode][]string{Replace: byGroup(file), Merge: byGroup(merged)} {
			r := Imported{Mode: mode}
			m := itemsAre(nil, before...)
			after := applied(m, r.compare(m, rowsOf(file...)))
			if !slices.Equal(after, want) {
				t.Fatalf("%s of %q into %q makes %q, want %q", mode, file, before, after, want)
			}
			if n := r.Counts; n.Inserted+n.Updated+n.Unchanged != len(file) || n.Failed != 0 || n.Inserted-n.Deleted != len(after)-len(before) {
				t.Fatalf("%s of %q into %q counts %+v", mode, file, before, n)
			}
			again := Imported{Mode: mode}
			c := again.compare(itemsAre(nil, after...), rowsOf(file...))
			if again.Counts.Unchanged != len(file) || len(c.Put)+len(c.Move)+len(c.Remove) != 0 {
				t.Fatalf("%s done twice changes %+v", mode, c)
			}
		}
	})
}

// A name is one line on paper, whoever adds the item.
func TestItemNamesAreOneLine(t *testing.T) {
	m := itemsAre(nil)
	for label, want := range map[string]string{"Desk": "", "Desk\nand chair": "its name holds a line break"} {
		item := itemOf("a x 1")
		item.Label = label
		if got := strings.Join(m.against(item), "; "); (got == "") != (want == "") || !strings.HasPrefix(got, want) {
			t.Errorf("%q: %q, want %q", label, got, want)
		}
	}
}
