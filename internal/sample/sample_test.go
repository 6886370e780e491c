package sample

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

func july(t *testing.T) billing.Period {
	t.Helper()
	p, err := billing.ParsePeriod("2026-07")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func generated(t *testing.T, o Options) (string, Totals) {
	t.Helper()
	dir := t.TempDir()
	if o.Period.IsZero() {
		o.Period = july(t)
	}
	totals, err := Generate(t.Context(), dir, o)
	if err != nil {
		t.Fatalf("%+v: %v", o, err)
	}
	return dir, totals
}

// dataFiles are the data files in the order of their names.
func dataFiles(t *testing.T, dir string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasSuffix(path, ".json") {
			files = append(files, path)
		}
		return err
	})
	if err != nil || len(files) == 0 {
		t.Fatalf("data files below %s: %v, %v", dir, files, err)
	}
	return files
}

// exported opens the written files as the view "line": every column as text,
// numbers of Parquet files by the shortest text of their double.
func exported(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	files := dataFiles(t, dir)
	for i := range files {
		files[i] = quoteSQL(files[i])
	}
	read := "read_csv([" + strings.Join(files, ", ") + "], all_varchar = true, header = true, quote = '\"', escape = '\"', delim = ',', hive_partitioning = false)"
	if strings.HasSuffix(files[0], ".parquet'") {
		read = "read_parquet([" + strings.Join(files, ", ") + "], hive_partitioning = false)"
	}
	if _, err := db.Exec("CREATE TABLE line AS SELECT CAST(COLUMNS(*) AS VARCHAR) FROM " + read); err != nil {
		t.Fatal(err)
	}
	return db
}

// names of what the tests sum, by format.
type names struct {
	unblended, blended, list, amortized, quantity, account, service, lineType, invoice, usage string
}

func namesOf(format string) names {
	n := names{
		unblended: "lineItem/UnblendedCost", blended: "lineItem/BlendedCost", list: "pricing/publicOnDemandCost",
		quantity: "lineItem/UsageAmount", account: "lineItem/UsageAccountId", service: "lineItem/ProductCode",
		lineType: "lineItem/LineItemType", invoice: "bill/InvoiceId",
		usage: "'Usage', 'DiscountedUsage', 'SavingsPlanCoveredUsage'",
	}
	switch {
	case strings.HasPrefix(format, "focus"):
		return names{
			unblended: "BilledCost", list: "ListCost", amortized: "EffectiveCost", quantity: "ConsumedQuantity",
			account: "SubAccountId", service: "x_ServiceCode", lineType: "ChargeCategory", invoice: "InvoiceId", usage: "'Usage'",
		}
	case format != "cur-csv-gz" && format != "cur-csv-zip":
		for _, name := range []*string{&n.unblended, &n.blended, &n.list, &n.quantity, &n.account, &n.service, &n.lineType, &n.invoice} {
			*name = snake(*name)
		}
	}
	return n
}

func decimalSQL(name string) string { return fmt.Sprintf(`CAST("%s" AS DECIMAL(38, 18))`, name) }

// sumOf runs a query of one number.
func sumOf(t *testing.T, db *sql.DB, query string) money.Decimal {
	t.Helper()
	var text string
	if err := db.QueryRow("SELECT CAST(coalesce((" + query + "), 0) AS VARCHAR)").Scan(&text); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return money.MustParse(text)
}

// grouped runs a query of a key and a number.
func grouped(t *testing.T, db *sql.DB, key, unblended string) map[string]money.Decimal {
	t.Helper()
	rows, err := db.Query(fmt.Sprintf(`SELECT "%s", CAST(sum(%s) AS VARCHAR) FROM line WHERE "%s" IS NOT NULL GROUP BY 1`, key, decimalSQL(unblended), key))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	sums := map[string]money.Decimal{}
	for rows.Next() {
		var k, v string
		if err := rows.Scan(&k, &v); err != nil {
			t.Fatal(err)
		}
		sums[k] = money.MustParse(v)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return sums
}

// What the files hold, summed by DuckDB from their text, is what Generate says.
func TestTotals(t *testing.T) {
	for _, format := range Formats {
		if strings.HasSuffix(format, "zip") {
			continue // DuckDB reads no zip; TestZip compares it with gzip
		}
		t.Run(format, func(t *testing.T) {
			dir, totals := generated(t, Options{Lines: 5000, Accounts: 40, Format: format, Seed: 7, Chunks: 3, InvoiceID: "1420000001"})
			db, n := exported(t, dir), namesOf(format)
			if got := sumOf(t, db, "SELECT count(*) FROM line"); totals.Rows != 5000 || !got.Equal(money.FromInt(5000)) {
				t.Errorf("%s rows written, totals say %d, 5000 wanted", got, totals.Rows)
			}
			for what, sum := range map[string]struct {
				column, where string
				want          money.Decimal
			}{
				"unblended": {n.unblended, "true", totals.Unblended},
				"blended":   {n.blended, "true", totals.Blended},
				"list":      {n.list, fmt.Sprintf(`"%s" <> 'SavingsPlanNegation'`, n.lineType), totals.List},
				"amortized": {n.amortized, "true", totals.Amortized},
				"quantity":  {n.quantity, fmt.Sprintf(`"%s" IN (%s)`, n.lineType, n.usage), totals.UsageQuantity},
			} {
				if sum.column == "" {
					continue // this format has no such column
				}
				got := sumOf(t, db, fmt.Sprintf("SELECT sum(%s) FROM line WHERE %s", decimalSQL(sum.column), sum.where))
				if !got.Equal(sum.want) || got.IsZero() {
					t.Errorf("%s is %s in the files, %s in the totals", what, got, sum.want)
				}
			}
			for key, want := range map[string]map[string]money.Decimal{
				n.account: totals.ByAccount, n.service: totals.ByService, n.lineType: totals.ByLineType, n.invoice: totals.ByInvoice,
			} {
				if got := grouped(t, db, key, n.unblended); len(got) < 2 || !maps.EqualFunc(got, want, money.Decimal.Equal) {
					t.Errorf("by %s the files hold %v, the totals %v", key, got, want)
				}
			}
			var written Totals
			data, err := os.ReadFile(filepath.Join(dir, "expected-totals.json"))
			if err == nil {
				err = json.Unmarshal(data, &written)
			}
			if err != nil || !written.Amortized.Equal(totals.Amortized) || written.Rows != totals.Rows {
				t.Errorf("expected-totals.json has %+v, %v", written, err)
			}
		})
	}
}

// Parquet's doubles, written shortest, are the texts of the CSV files.
func TestParquetKeepsEveryDigit(t *testing.T) {
	for csvFormat, parquetFormat := range map[string]string{"cur-csv-gz": "cur-parquet", "cur2": "cur2-parquet", "focus": "focus-parquet"} {
		o := Options{Lines: 3000, Accounts: 15, Seed: 3, Chunks: 2, InvoiceID: "99"}
		o.Format = csvFormat
		csv, _ := generated(t, o)
		o.Format = parquetFormat
		parquet, _ := generated(t, o)
		a, b := exported(t, csv), exported(t, parquet)
		columns := formats[csvFormat].layout(o).columns
		typed := formats[parquetFormat].layout(o).columns
		for i, c := range columns {
			switch c.kind {
			case number:
				x := texts(t, a, decimalSQL(c.name))
				y := texts(t, b, decimalSQL(typed[i].name))
				if x != y {
					t.Errorf("%s and %s differ in %s", csvFormat, parquetFormat, c.name)
				}
			case text:
				if x, y := texts(t, a, `"`+c.name+`"`), texts(t, b, `"`+typed[i].name+`"`); x != y {
					t.Errorf("%s and %s differ in %s", csvFormat, parquetFormat, c.name)
				}
			}
		}
	}
}

// texts is a digest of a column in the order of the rows.
func texts(t *testing.T, db *sql.DB, expression string) string {
	t.Helper()
	var digest string
	query := fmt.Sprintf("SELECT md5(string_agg(coalesce(CAST(%s AS VARCHAR), '-'), ';' ORDER BY rowid)) FROM line", expression)
	if err := db.QueryRow(query).Scan(&digest); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return digest
}

// digest hashes every file below dir with its name.
func digest(t *testing.T, dir string) string {
	t.Helper()
	hash := sha256.New()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		fmt.Fprintf(hash, "%s %d\n", name, len(data))
		hash.Write(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(hash.Sum(nil))
}

func TestSeed(t *testing.T) {
	for _, format := range Formats {
		o := Options{Lines: 2000, Accounts: 10, Format: format, Seed: 1, Chunks: 3, InvoiceID: "5"}
		first, _ := generated(t, o)
		again, _ := generated(t, o)
		o.Seed = 2
		other, _ := generated(t, o)
		if digest(t, first) != digest(t, again) {
			t.Errorf("%s: the same seed gave different bytes", format)
		}
		if digest(t, first) == digest(t, other) {
			t.Errorf("%s: another seed gave the same bytes", format)
		}
	}
}

// The number of files changes nothing but where lines are.
func TestChunks(t *testing.T) {
	_, one := generated(t, Options{Lines: 2000, Accounts: 10, Seed: 1, Chunks: 1})
	dir, five := generated(t, Options{Lines: 2000, Accounts: 10, Seed: 1, Chunks: 5})
	if !one.Amortized.Equal(five.Amortized) || !maps.EqualFunc(one.ByAccount, five.ByAccount, money.Decimal.Equal) {
		t.Errorf("one file has %v, five have %v", one, five)
	}
	if n := len(dataFiles(t, dir)); n != 5 {
		t.Errorf("%d files written, want 5", n)
	}
}

func TestRefused(t *testing.T) {
	for want, o := range map[string]Options{
		"is not a format":         {Format: "cur3", Period: july(t)},
		"no month":                {},
		"too few":                 {Lines: 99, Period: july(t)},
		"do not fit":              {Lines: 100, Accounts: 101, Period: july(t)},
		"not an AWS account":      {Payer: "payer", Period: july(t)},
		"one of its own":          {Payer: "200000000003", Period: july(t)},
		"not the name of a":       {Report: "../x", Period: july(t)},
		"not a number of files":   {Chunks: -1, Period: july(t)},
		"have more than 12 digit": {FirstAccount: 999_999_999_995, Period: july(t)},
		"discounts cannot be":     {Discounts: "both", Period: july(t)},
		"no split cost":           {Format: "focus", SplitCost: true, Period: july(t)},
		"no version of a month":   {Restate: -1, Period: july(t)},
		"moves twice":             {Moves: []Move{{firstID, demoMove, otherPayer}, {firstID, demoMove + 1, otherPayer}}, Period: july(t)},
		"different ids":           {Moves: []Move{{firstID, demoMove, firstID}}, Period: july(t)},
		"already":                 {Moves: []Move{{firstID, demoMove, "111111111111"}}, Period: july(t)},
		"one must stay":           {Accounts: 1, Moves: []Move{{firstID, demoMove, otherPayer}}, Period: july(t)},
	} {
		dir := t.TempDir()
		if _, err := Generate(t.Context(), dir, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: error %v, want one that says %q", o, err, want)
		}
		if entries, _ := os.ReadDir(dir); len(entries) > 0 {
			t.Errorf("%+v was refused and wrote %v", o, entries)
		}
	}
}

// Small, odd and short months work too.
func TestSizes(t *testing.T) {
	february, err := billing.ParsePeriod("2026-02")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []Options{
		{Lines: 100, Accounts: 1}, {Lines: 101, Accounts: 100}, {Lines: 997, Accounts: 3, Chunks: 100},
		{Lines: 3000, Accounts: 2000, Format: "focus"}, {Lines: 14_999, Accounts: 7}, {Lines: 15_000, Accounts: 7, Format: "focus"},
	} {
		for _, o.Period = range []billing.Period{february, july(t)} {
			for o.Seed = range 3 {
				if _, totals := generated(t, o); totals.Rows != o.Lines {
					t.Errorf("%+v gave %d lines", o, totals.Rows)
				}
			}
		}
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	dir := t.TempDir()
	if _, err := Generate(ctx, dir, Options{Period: july(t)}); err == nil {
		t.Fatal("a cancelled context gave no error")
	}
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".json") {
			t.Errorf("%s was written after all", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
