package commitment_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/engine/duckdb"
	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/source"
)

// inventoryOf loads a file and reads its commitments.
func inventoryOf(t *testing.T, payer billing.Payer, month, file string) []commitment.Commitment {
	t.Helper()
	ctx := t.Context()
	period, err := billing.ParsePeriod(month)
	if err != nil {
		t.Fatal(err)
	}
	e, err := duckdb.Open("1GB", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	place, delivery, err := source.LocalFiles(ctx, []string{file}, period)
	if err != nil {
		t.Fatal(err)
	}
	defer place.Close()
	dir := filepath.Join(t.TempDir(), "load=L")
	keys := filepath.Join(dir, "keys.parquet")
	if _, err := ingest.Load(ctx, ingest.Input{Place: place, Delivery: delivery, Payer: payer, Dir: dir, Keys: keys, Engine: e}); err != nil {
		t.Fatal(err)
	}
	parts, err := filepath.Glob(filepath.Join(dir, "part-*.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := e.Session(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	m := assign.Month{Period: period, Loads: []assign.Load{{ID: "L", Payer: payer, Files: parts, Keys: keys}}}
	if err := assign.Open(ctx, s, m); err != nil {
		t.Fatal(err)
	}
	all, err := commitment.Read(ctx, s, m)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// asCSV writes lines of column=value, ~ for a blank, as a report. The line
// that begins with "all" has what the others have unless they say otherwise.
func asCSV(t *testing.T, text string) string {
	t.Helper()
	var columns []string
	var lines []map[string]string
	for row := range strings.Lines(text) {
		line := map[string]string{}
		for _, field := range strings.Fields(row) {
			column, value, _ := strings.Cut(field, "=")
			if column == "all" {
				continue
			}
			line[column] = strings.ReplaceAll(value, "~", " ")
			if !slices.Contains(columns, column) {
				columns = append(columns, column)
			}
		}
		if len(line) > 0 {
			lines = append(lines, line)
		}
	}
	rows := [][]string{columns}
	for _, line := range lines[1:] {
		row := make([]string, len(columns))
		for i, c := range columns {
			value, ok := line[c]
			if !ok {
				value = lines[0][c]
			}
			row[i] = value
		}
		rows = append(rows, row)
	}
	var report strings.Builder
	if err := csv.NewWriter(&report).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return report.String()
}

// inWords writes a commitment as the files in testdata/inventory do.
func inWords(c commitment.Commitment) string {
	var b strings.Builder
	list := func(first string, texts ...string) {
		texts = slices.DeleteFunc(texts, func(s string) bool { return s == "" })
		if len(texts) > 0 {
			fmt.Fprintf(&b, "    %s%s\n", first, strings.Join(texts, ", "))
		}
	}
	s, term, flexible := c.Shape, "", ""
	if s.Flexible {
		flexible = "flexible"
	}
	if c.Start != nil && c.End != nil {
		term = fmt.Sprintf("%s to %s", c.Start.Format("2006-01-02 15:04:05"), c.End.Format("2006-01-02 15:04:05"))
	}
	fmt.Fprintf(&b, "%s\n    %s of %s, payer %s, owner %s, %s\n", c.ID, c.Kind, c.Provider, c.Payer, c.Owner, c.Currency)
	list("covers ", s.Service, s.Region, s.Family, s.Size, s.Platform, s.Tenancy, "units "+s.Units.String(), flexible)
	if c.Zone != "" {
		list("in zone ", c.Zone)
	}
	list("", c.Class, c.Term, c.Payment, term)
	fmt.Fprintf(&b, "    count %s, hourly %s, reserved %s, fee %s, upfront %s, paid %s\n", c.Count, c.Hourly, c.Reserved, c.Fee, c.Upfront, c.Paid)
	use := func(name string, u commitment.Use) {
		fmt.Fprintf(&b, "    %s %s: %s + %s on %d lines, on demand %s\n", name, u.Units, u.Recurring, u.Upfront, u.Lines, u.OnDemand)
	}
	use("used", c.Used)
	use("unused", c.Unused)
	recurring, upfront := c.Gaps()
	fmt.Fprintf(&b, "    gaps %s + %s\n", recurring, upfront)
	return b.String()
}

// R6, R7, R10: what small months tell of a commitment of each kind. The
// numbers are worked out by hand beside the lines.
func TestInventory(t *testing.T) {
	files, err := filepath.Glob("testdata/inventory/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in testdata/inventory: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(archive.Files) != 2 {
				t.Fatalf("%d parts, want lines.txt and commitments.txt", len(archive.Files))
			}
			report := filepath.Join(t.TempDir(), "report.csv")
			if err := os.WriteFile(report, []byte(asCSV(t, string(archive.Files[0].Data))), 0o644); err != nil {
				t.Fatal(err)
			}
			var got strings.Builder
			for _, c := range inventoryOf(t, billing.Payer{ID: "111111111111", Provider: "aws"}, "2026-10", report) {
				got.WriteString(inWords(c))
			}
			if want := string(archive.Files[1].Data); got.String() != want {
				t.Errorf("commitments:\n%s\nwant:\n%s", got.String(), want)
			}
		})
	}
}

// R6: the reservations of a real month against sums made by another program:
// what was paid, used and unused, and how far the provider's own rounding goes.
func TestInventoryOfRealMonth(t *testing.T) {
	root := os.Getenv("SLUICE_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	folder := filepath.Join(root, "aws-cur-walabs-parquet-2018")
	data, err := os.ReadFile(filepath.Join(folder, "ri_oracle.json"))
	if err != nil {
		t.Skip("third-party folder aws-cur-walabs-parquet-2018 is not here; set SLUICE_TESTDATA")
	}
	var expected map[string]struct {
		RIs []struct {
			ARN           string        `json:"arn"`
			UsageType     string        `json:"usage_type"`
			Reserved      money.Decimal `json:"reserved_hours"`
			Rate          money.Decimal `json:"rate"`
			Fee           money.Decimal `json:"fee"`
			UnusedFee     money.Decimal `json:"unused_recurring"`
			UsedFee       money.Decimal `json:"used_recurring_from_usage"`
			FeeGap        money.Decimal `json:"recurring_gap"`
			Upfront       money.Decimal `json:"amort_month"`
			UnusedUpfront money.Decimal `json:"unused_amort"`
			UsedUpfront   money.Decimal `json:"used_amort_from_usage"`
			UpfrontGap    money.Decimal `json:"amort_gap"`
			UsedLines     int64         `json:"usage_rows"`
		}
	}
	if err := json.Unmarshal(data, &expected); err != nil {
		t.Fatal(err)
	}
	all := inventoryOf(t, billing.Payer{ID: "836060457634", Provider: "aws"}, "2018-10", filepath.Join(folder, "Oct2018-WorkshopCUR-00001.snappy.parquet"))
	got := map[string]commitment.Commitment{}
	for _, c := range all {
		got[c.ID[strings.LastIndex(c.ID, "/")+1:]] = c
	}
	want := expected["Oct"].RIs
	if len(want) != 9 || len(all) != 9 || len(got) != 9 {
		t.Fatalf("%d commitments, want 9 and %d", len(all), len(want))
	}
	for _, w := range want {
		c := got[w.ARN]
		recurring, upfront := c.Gaps()
		for name, pair := range map[string][2]money.Decimal{
			"reserved": {c.Reserved, w.Reserved}, "fee": {c.Fee, w.Fee}, "upfront": {c.Upfront, w.Upfront},
			"used fee": {c.Used.Recurring, w.UsedFee}, "unused fee": {c.Unused.Recurring, w.UnusedFee},
			"used upfront": {c.Used.Upfront, w.UsedUpfront}, "unused upfront": {c.Unused.Upfront, w.UnusedUpfront},
			"gap of the fee": {recurring, w.FeeGap}, "gap of the upfront fee": {upfront, w.UpfrontGap},
			"hours":          {c.Used.Units.Add(c.Unused.Units), w.Reserved},
			"rate × hours":   {w.Rate.Mul(c.Reserved).Round(6, money.HalfUp), w.Fee},
			"lines":          {money.FromInt(c.Used.Lines), money.FromInt(w.UsedLines)},
			"upfront, again": {c.Hourly.Mul(c.Reserved).Round(8, money.HalfUp), c.Fee.Add(c.Upfront)},
		} {
			if !pair[0].Equal(pair[1]) {
				t.Errorf("%s: %s %s, want %s", w.ARN, name, pair[0], pair[1])
			}
		}
		if most := money.MustParse("0.0000001"); recurring.Cmp(most) > 0 || recurring.Neg().Cmp(most) > 0 {
			t.Errorf("%s: the fee has a gap of %s", w.ARN, recurring)
		}
		if most := money.MustParse("0.000004"); upfront.Cmp(most) > 0 || upfront.Neg().Cmp(most) > 0 {
			t.Errorf("%s: the upfront fee has a gap of %s", w.ARN, upfront)
		}
		if whole := c.Count.Mul(money.FromInt(744)); !whole.Equal(c.Reserved) && c.Start.Before(time.Date(2018, 10, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%s: %s instances have %s hours in a whole month", w.ARN, c.Count, c.Reserved)
		}
		if "HeavyUsage:"+c.Shape.Family+"."+c.Shape.Size != w.UsageType || c.Shape.Region != "us-east-1" || c.Owner != "836060457634" || c.Kind != commitment.RegionalReservation {
			t.Errorf("%s: %+v", w.ARN, c)
		}
	}
}
