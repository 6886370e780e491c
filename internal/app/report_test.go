package app_test

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sample"
)

// report is a month's lines as a provider writes them.
type report struct {
	titles []string
	lines  []map[string]string
}

// generatedReport is a made-up September with discounts and commitments.
func generatedReport(t *testing.T, o sample.Options) (report, sample.Totals) {
	t.Helper()
	dir := t.TempDir()
	o.Period, o.InvoiceID = september(t), "1001"
	totals, err := sample.Generate(context.Background(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, pattern := range []string{"*/*/*/*.csv.gz", "*/*/*/*/*.csv.gz"} {
		more, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, more...)
	}
	if len(files) != 1 {
		t.Fatalf("data files %v, want one", files)
	}
	rows := readCSV(t, files[0])
	r := report{titles: rows[0]}
	for _, row := range rows[1:] {
		line := map[string]string{}
		for i, title := range rows[0] {
			line[title] = row[i]
		}
		r.lines = append(r.lines, line)
	}
	return r, totals
}

// write writes the report as a file of the provider.
func (r report) write(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "report-1.csv.gz")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	packed := gzip.NewWriter(file)
	w := csv.NewWriter(packed)
	rows := [][]string{r.titles}
	for _, line := range r.lines {
		row := make([]string, len(r.titles))
		for i, title := range r.titles {
			row[i] = line[title]
		}
		rows = append(rows, row)
	}
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	if err := packed.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// amount is a number of a line; an empty cell is 0.
func amount(t *testing.T, line map[string]string, title string) money.Decimal {
	t.Helper()
	if line[title] == "" {
		return money.Zero
	}
	d, err := money.Parse(line[title])
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// discountsAsLines is the same month as the provider writes it for payers
// whose discounts are lines: what the columns give off is a negative line for
// each account and kind of discount, and there are no net columns.
func (r report) discountsAsLines(t *testing.T) report {
	t.Helper()
	out := report{}
	for _, title := range r.titles {
		if !strings.HasPrefix(title, "discount/") && !strings.Contains(title, "/Net") {
			out.titles = append(out.titles, title)
		}
	}
	given := map[[2]string]money.Decimal{}
	for _, line := range r.lines {
		for _, kind := range []string{"PrivateRateDiscount", "BundledDiscount", "EdpDiscount", "SppDiscount"} {
			key := [2]string{line["lineItem/UsageAccountId"], kind}
			given[key] = given[key].Add(amount(t, line, "discount/"+kind))
		}
		out.lines = append(out.lines, line)
	}
	byKey := func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }
	for _, key := range slices.SortedFunc(maps.Keys(given), byKey) {
		line := maps.Clone(r.lines[0])
		for title := range line {
			if !strings.HasPrefix(title, "bill/") && title != "lineItem/CurrencyCode" && title != "lineItem/UsageStartDate" && title != "lineItem/UsageEndDate" {
				line[title] = ""
			}
		}
		line["lineItem/UsageAccountId"], line["lineItem/LineItemType"] = key[0], key[1]
		line["lineItem/ProductCode"], line["lineItem/LineItemDescription"] = "AmazonEC2", key[1]
		line["lineItem/UnblendedCost"] = given[key].String()
		out.lines = append(out.lines, line)
	}
	return out
}

// raised is the same month with 0.5 more of cost on the first line of which is
// says so, and that line.
func (r report) raised(t *testing.T, is func(line map[string]string) bool) (report, map[string]string) {
	t.Helper()
	i := slices.IndexFunc(r.lines, is)
	if i < 0 {
		t.Fatal("the month has no such line")
	}
	line := maps.Clone(r.lines[i])
	line["lineItem/UnblendedCost"] = amount(t, line, "lineItem/UnblendedCost").Add(money.MustParse("0.5")).String()
	out := report{r.titles, slices.Clone(r.lines)}
	out.lines[i] = line
	return out, line
}
