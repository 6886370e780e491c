package csvfile

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/backend"
)

// columnNames are the columns that are read, by our names: those of Cloudforet's plugin for
// CSV files, and what rows have beside.
var columnNames = []string{
	"cost", "billed_date", "year", "month", "day", "currency", "usage_quantity", "usage_unit", "usage_type", "provider", "region_code", "product",
	"account", "account_name", "resource", "description", "category", "list_cost", "invoice_id",
}

// table is where the columns of a file are.
type table struct {
	settings
	place map[string]int // our name of a column → its place in the file
	tagAt map[string]int
}

func (s settings) table(header []string) (table, error) {
	t := table{s, map[string]int{}, map[string]int{}}
	at := map[string]int{}
	for i, name := range header {
		name = strings.TrimSpace(strings.TrimPrefix(name, "\ufeff"))
		if _, twice := at[name]; twice {
			return t, fmt.Errorf("column %q is there twice; rename one of the two", name)
		}
		at[name] = i
	}
	for _, name := range columnNames {
		theirs, mapped := s.columns[name]
		if !mapped {
			theirs = name
		}
		if i, there := at[theirs]; there {
			t.place[name] = i
		} else if mapped {
			return t, fmt.Errorf("there is no column %q, which field_mapper names for %s; correct field_mapper", theirs, name)
		}
	}
	for tag, column := range s.tags {
		i, there := at[column]
		if !there {
			return t, fmt.Errorf("there is no column %q, which tags names for %s; correct tags", column, tag)
		}
		t.tagAt[tag] = i
	}
	has := func(name string) bool {
		_, there := t.place[name]
		return there || s.defaults[name] != ""
	}
	if !has("cost") {
		return t, errors.New("there is no column cost; name the one that has it in field_mapper")
	}
	if !has("billed_date") && !(has("year") && has("month")) {
		return t, errors.New("there is no column billed_date, and not year and month either; name those that have them in field_mapper")
	}
	return t, nil
}

// value is what a line has in one of our columns, else its default.
func (t table) value(line []string, name string) string {
	if i, there := t.place[name]; there {
		if text := strings.TrimSpace(line[i]); text != "" {
			return text
		}
	}
	return t.defaults[name]
}

// date is the day of a line, 2026-10-31: of billed_date, else of year, month and day,
// where no day is the first.
func (t table) date(line []string) (string, error) {
	if text := t.value(line, "billed_date"); text != "" {
		for _, form := range []string{time.DateOnly, "2006-01", "20060102", "2006/01/02", time.RFC3339} {
			day, err := time.Parse(form, text)
			if err != nil {
				continue
			}
			if form == "2006-01" {
				return text, nil
			}
			return day.UTC().Format(time.DateOnly), nil
		}
		return "", fmt.Errorf("billed_date %q is no day; write it as 2026-10-31", text)
	}
	day := t.value(line, "day")
	if day == "" {
		day = "1"
	}
	text := t.value(line, "year") + "-" + t.value(line, "month") + "-" + day
	found, err := time.Parse("2006-1-2", text)
	if err != nil {
		return "", fmt.Errorf("year, month and day %q are no day", text)
	}
	return found.Format(time.DateOnly), nil
}

// row is a line as a row.
func (t table) row(line []string, date string) backend.Row {
	r := backend.Row{
		Date: date, Account: t.value(line, "account"), AccountName: t.value(line, "account_name"), Category: t.value(line, "category"),
		Service: t.value(line, "product"), Region: t.value(line, "region_code"), UsageType: t.value(line, "usage_type"), Resource: t.value(line, "resource"),
		Description: t.value(line, "description"), Quantity: t.value(line, "usage_quantity"), Unit: t.value(line, "usage_unit"),
		Cost: t.value(line, "cost"), ListCost: t.value(line, "list_cost"), Currency: t.value(line, "currency"), InvoiceID: t.value(line, "invoice_id"),
	}
	tag := func(name, value string) {
		if value == "" {
			return
		}
		if r.Tags == nil {
			r.Tags = map[string]string{}
		}
		r.Tags[name] = value
	}
	tag("provider", t.value(line, "provider"))
	for name, i := range t.tagAt {
		tag(name, strings.TrimSpace(line[i]))
	}
	return r
}

// rows reads a file, and tells what of it is of the month. Lines of other months pass by;
// a line that cannot be read ends it: a month that lacks a line would be wrong, and nobody
// would see it.
func (s settings) rows(file io.Reader, address string, m backend.Month, tell func(backend.Row) error) error {
	r := csv.NewReader(file)
	r.ReuseRecord = true
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("%s is empty; it begins with the names of its columns", address)
	}
	if err != nil {
		return fmt.Errorf("%s cannot be read: %w", address, err)
	}
	t, err := s.table(slices.Clone(header))
	if err != nil {
		return fmt.Errorf("%s: %w", address, err)
	}
	for {
		line, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s cannot be read: %w", address, err)
		}
		number, _ := r.FieldPos(0)
		date, err := t.date(line)
		if err != nil {
			return fmt.Errorf("%s line %d: %w", address, number, err)
		}
		if !m.Contains(date) {
			continue
		}
		row := t.row(line, date)
		if err := amounts(row); err != nil {
			return fmt.Errorf("%s line %d: %w", address, number, err)
		}
		if err := tell(row); err != nil {
			return err
		}
	}
}

// amounts says which amount of a row is none, by the name of its column.
func amounts(r backend.Row) error {
	all := map[string]string{"cost": r.Cost, "usage_quantity": r.Quantity, "list_cost": r.ListCost}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if all[name] == "" && name != "cost" {
			continue
		}
		if err := backend.CheckAmount(all[name]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}
