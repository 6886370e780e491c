package ingest_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/source"
)

// Each archive of testdata/format is a month of a format as its provider delivers
// it: its comment names the kind of source, payer, period, format and, by its
// author's own sum, the total; its files are the place. want is what the load
// finds and every column of every line in the lake: first what all lines have,
// then what each has besides.
func TestFormats(t *testing.T) {
	e := openEngine(t)
	eachCase(t, "testdata/format", func(t *testing.T, c inputCase) string {
		place, err := source.Open(t.Context(), c.folder, source.Access{})
		if err != nil {
			t.Fatal(err)
		}
		defer place.Close()
		deliveries, err := place.Deliveries(t.Context(), c.settings["kind"], month(t, c.settings["period"]))
		if err != nil || len(deliveries) != 1 {
			t.Fatalf("the place has %d reports of the kind %q and the month, not one: %v", len(deliveries), c.settings["kind"], err)
		}
		dir, result, err := loadDelivery(t, e, place, deliveries[0], c.settings["payer"])
		if err != nil {
			t.Fatal(err)
		}
		conserved(t, e, dir, result)
		if result.Format != c.settings["format"] {
			t.Errorf("the format is %s, not %s", result.Format, c.settings["format"])
		}
		if got := billed(result); got != c.settings["total"] {
			t.Errorf("the lines are %s, not %s", got, c.settings["total"])
		}
		var b strings.Builder
		writeFindings(&b, result)
		writeLines(t, &b, e, dir)
		return b.String()
	})
}

// billed is what the provider bills, such as "12.5 CNY".
func billed(result ingest.Result) string {
	sums := billing.Money{}
	for _, i := range result.Totals.Invoices {
		sums.Add(i.Currency, i.Billed)
	}
	var texts []string
	for _, currency := range slices.Sorted(maps.Keys(sums)) {
		texts = append(texts, fmt.Sprintf("%s %s", sums[currency], currency))
	}
	return strings.Join(texts, " + ")
}

// writeLines writes every column that a line of the lake has a value in.
func writeLines(t *testing.T, b *strings.Builder, e engine.Engine, dir string) {
	var columns, queries []string
	column := func(name, value, given string) {
		columns = append(columns, name)
		queries = append(queries, fmt.Sprintf(`SELECT format('{} {:02d} {:02d}', '%s', x_file, x_row), %s FROM line_items WHERE %s`, name, value, given))
	}
	for _, c := range lake.Texts {
		column(c.Name, c.Name, c.Name+" IS NOT NULL")
	}
	for _, c := range lake.Numbers {
		column(c.Name, "rtrim(rtrim(CAST("+c.Name+" AS VARCHAR), '0'), '.')", c.Name+" IS NOT NULL")
	}
	for _, c := range lake.Instants {
		column(c.Name, "CAST("+c.Name+" AS VARCHAR)", c.Name+" IS NOT NULL")
	}
	for _, c := range lake.Maps {
		column(c.Name, "CAST("+c.Name+" AS VARCHAR)", "cardinality("+c.Name+") > 0")
	}
	values := query(t, e, dir, strings.Join(queries, " UNION ALL "))

	rows := slices.Sorted(maps.Keys(query(t, e, dir, `SELECT format('{:02d} {:02d}', x_file, x_row), '' FROM line_items`)))
	shared := func(name string) bool {
		first, given := values[name+" "+rows[0]]
		return given && !slices.ContainsFunc(rows, func(row string) bool { v, ok := values[name+" "+row]; return !ok || v != first })
	}
	block := func(title, row string, common bool) {
		fmt.Fprintln(b, title)
		for _, name := range columns {
			if value, given := values[name+" "+row]; given && shared(name) == common {
				fmt.Fprintf(b, "  %s: %s\n", name, value)
			}
		}
	}
	block("every line", rows[0], true)
	for _, row := range rows {
		var file, number int
		if _, err := fmt.Sscanf(row, "%d %d", &file, &number); err != nil {
			t.Fatal(err)
		}
		block(fmt.Sprintf("file %d, row %d", file+1, number), row, false)
	}
}
