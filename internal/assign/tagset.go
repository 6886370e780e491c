package assign

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/lake"
)

// TagSet is one combination of values of the tags and cost categories that the
// configuration asks about. A month has few of them, whatever its lines, and
// numbers them alike for the same lines and names: 0 has no value at all, the
// others are in the order of their values.
type TagSet struct {
	Set int32 // x_tag_set of its lines
	// Values by the names that the configuration uses, as it writes them.
	Tags, CostCategories map[string]string
}

// Tag returns the value of a tag; empty where the line has none.
func (t TagSet) Tag(name string) string { return t.Tags[name] }

// CostCategory returns the value of an AWS cost category; empty where the line
// has none.
func (t TagSet) CostCategory(name string) string { return t.CostCategories[name] }

// lot is what an account of a load used with one tag set.
type lot struct {
	load, account string
	TagSet
}

// openLines makes the views line_items and tagged_lines, and the table tag_sets
// where names are asked about: then it returns the lots of the month, from one
// pass over the lines. Where none are, x_tag_set is 0, the lines are not looked
// at, and there are no lots.
func (m Month) openLines(ctx context.Context, s engine.Session) ([]lot, error) {
	var files []string
	for _, l := range m.Loads {
		files = append(files, l.Files...)
	}
	// tagged_lines is made over files first because the session drops at its end
	// what it has made itself.
	for _, view := range []string{"line_items", "tagged_lines"} {
		if err := s.View(ctx, view, files); err != nil {
			return nil, err
		}
	}
	names := m.tagNames()
	if len(names) == 0 {
		return nil, s.Exec(ctx, "CREATE OR REPLACE TEMP VIEW tagged_lines AS SELECT l.*, CAST(0 AS INTEGER) AS x_tag_set FROM line_items l")
	}
	lots, err := readLots(ctx, s, names)
	if err != nil {
		return nil, fmt.Errorf("reading the tags of %s: %w", m.Period, err)
	}
	if err := makeTagSets(ctx, s, names, lots); err != nil {
		return nil, err
	}
	var same []string
	for i, n := range names {
		same = append(same, fmt.Sprintf("t.%s = %s", valueColumn(i), n.value()))
	}
	return lots, s.Exec(ctx, "CREATE OR REPLACE TEMP VIEW tagged_lines AS SELECT l.*, COALESCE(t.tag_set, CAST(0 AS INTEGER)) AS x_tag_set"+
		" FROM line_items l LEFT JOIN tag_sets t ON "+strings.Join(same, " AND "))
}

// readLots reads which accounts have lines with which values, and numbers the
// sets; the lots come in the order of their sets.
func readLots(ctx context.Context, s engine.Session, names []tagName) ([]lot, error) {
	type row struct {
		load, account string
		values        []string
	}
	columns := []string{"l.load", "l." + lake.Texts[lake.SubAccountID].Name}
	for _, n := range names {
		columns = append(columns, n.value())
	}
	rows, err := engine.Collect(ctx, s, func(r *row) []any {
		r.values = make([]string, len(names))
		to := []any{&r.load, &r.account}
		for i := range r.values {
			to = append(to, &r.values[i])
		}
		return to
	}, "SELECT DISTINCT "+strings.Join(columns, ", ")+" FROM line_items l")
	if err != nil {
		return nil, err
	}
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(slices.Compare(a.values, b.values), cmp.Compare(a.load, b.load), cmp.Compare(a.account, b.account))
	})
	lots := make([]lot, len(rows))
	last := row{values: make([]string, len(names))} // set 0, which need not occur
	set := tagSetOf(0, names, last.values)
	for i, r := range rows {
		if !slices.Equal(r.values, last.values) {
			set = tagSetOf(set.Set+1, names, r.values)
		}
		lots[i], last = lot{r.load, r.account, set}, r
	}
	return lots, nil
}

func tagSetOf(number int32, names []tagName, values []string) TagSet {
	t := TagSet{Set: number, Tags: map[string]string{}, CostCategories: map[string]string{}}
	for i, n := range names {
		if n.in == lake.Tags {
			t.Tags[n.name] = values[i]
		} else {
			t.CostCategories[n.name] = values[i]
		}
	}
	return t
}

// valueOf returns the set's value under a name.
func (t TagSet) valueOf(n tagName) string {
	if n.in == lake.Tags {
		return t.Tags[n.name]
	}
	return t.CostCategories[n.name]
}

func valueColumn(i int) string { return fmt.Sprint("value_", i+1) }

// makeTagSets makes the table tag_sets: all sets but 0 with their values, in
// the order of the names.
func makeTagSets(ctx context.Context, s engine.Session, names []tagName, lots []lot) error {
	columns := []engine.TableColumn{{Name: "tag_set", Type: "INTEGER"}}
	for i := range names {
		columns = append(columns, engine.TableColumn{Name: valueColumn(i), Type: "VARCHAR"})
	}
	var rows [][]any
	for _, l := range lots {
		if int(l.Set) <= len(rows) {
			continue
		}
		row := []any{l.Set}
		for _, n := range names {
			row = append(row, l.valueOf(n))
		}
		rows = append(rows, row)
	}
	return s.Table(ctx, "tag_sets", columns, rows)
}

// ReadTagSets reads the sets of a month that is open (Open), by their numbers:
// the empty one first, and alone where nothing asks about tags.
func (m Month) ReadTagSets(ctx context.Context, s engine.Session) ([]TagSet, error) {
	names := m.tagNames()
	if len(names) == 0 {
		return []TagSet{{}}, nil
	}
	columns := []string{"tag_set"}
	for i := range names {
		columns = append(columns, valueColumn(i))
	}
	type row struct {
		number int32
		values []string
	}
	rows, err := engine.Collect(ctx, s, func(r *row) []any {
		r.values = make([]string, len(names))
		to := []any{&r.number}
		for i := range r.values {
			to = append(to, &r.values[i])
		}
		return to
	}, "SELECT "+strings.Join(columns, ", ")+" FROM tag_sets ORDER BY tag_set")
	if err != nil {
		return nil, err
	}
	sets := []TagSet{tagSetOf(0, names, make([]string, len(names)))}
	for _, r := range rows {
		sets = append(sets, tagSetOf(r.number, names, r.values))
	}
	return sets, nil
}
