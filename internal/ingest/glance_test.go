package ingest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/source"
)

// look looks at files as a month of AWS.
func look(t *testing.T, month string, most int64, files ...string) (ingest.Glance, error) {
	t.Helper()
	p, err := billing.ParsePeriod(month)
	if err != nil {
		t.Fatal(err)
	}
	place, d, err := source.LocalFiles(t.Context(), files, p)
	if err != nil {
		t.Fatal(err)
	}
	defer place.Close()
	dir := t.TempDir()
	g, err := ingest.Look(t.Context(), ingest.Input{Place: place, Delivery: d, Payer: billing.Payer{ID: walabsPayer, Provider: "aws"}, Dir: dir, Engine: openEngine(t)}, most)
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%d files are left in the folder", len(left))
	}
	return g, err
}

// The whole of a real month is counted, with as many rows as its own totals say.
func TestGlanceOfRealParquet(t *testing.T) {
	file := testdata(t, walabs+"Oct2018-WorkshopCUR-00001.snappy.parquet")
	var expected map[string]struct {
		Rows int64 `json:"rows"`
	}
	readJSON(t, testdata(t, walabs+"totals.json"), &expected)
	g, err := look(t, "2018-10", 1<<40, file)
	if err != nil {
		t.Fatal(err)
	}
	if g.Rows != expected["Oct2018"].Rows || g.Payers[walabsPayer] != g.Rows || len(g.Payers) != 1 || g.Currencies["USD"] != g.Rows {
		t.Errorf("of %d rows it is %+v", expected["Oct2018"].Rows, g)
	}
	if g.Hourly+g.Daily+g.Longer != g.Usage || g.Usage == 0 || g.Usage > g.Rows || g.Resources > g.Usage {
		t.Errorf("of the usage it is %+v", g)
	}
	if g, err = look(t, "2018-10", 7, file); err != nil || g.Rows != 7 || g.Format != "aws-cur" {
		t.Errorf("of seven rows it is %+v, %v", g, err)
	}
}

// The smallest file that is not empty is looked at.
func TestGlanceTakesTheSmallestFile(t *testing.T) {
	folder := t.TempDir()
	const header = "bill/PayerAccountId,lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/ProductCode,lineItem/CurrencyCode,lineItem/UnblendedCost,lineItem/ResourceId\n"
	hour := "836060457634,1,Usage,2018-10-01T00:00:00Z,2018-10-01T01:00:00Z,AmazonEC2,USD,1,\n"
	day := "836060457634,1,Usage,2018-10-01T00:00:00Z,2018-10-02T00:00:00Z,AmazonEC2,USD,1,i-1\n"
	month := "836060457634,1,Usage,2018-10-01T00:00:00Z,2018-11-01T00:00:00Z,AmazonEC2,USD,1,i-1\n"
	tax := "836060457634,1,Tax,2018-10-01T00:00:00Z,2018-11-01T00:00:00Z,AmazonEC2,USD,1,\n"
	large, small := filepath.Join(folder, "a.csv"), filepath.Join(folder, "b.csv")
	for file, text := range map[string]string{large: header + hour + hour + hour + hour + hour + hour, small: header + day + month + tax} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	g, err := look(t, "2018-10", 100, large, small)
	if err != nil || g.File.Key != "b.csv" || g.Rows != 3 || g.Usage != 2 || g.Hourly != 0 || g.Daily != 1 || g.Longer != 1 || g.Resources != 2 {
		t.Errorf("it is %+v, %v", g, err)
	}
}
