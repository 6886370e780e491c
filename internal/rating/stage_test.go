package rating_test

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/sluice-billing/sluice/internal/assign"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/commitment"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/engine/duckdb"
	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/rating"
	"github.com/sluice-billing/sluice/internal/source"
)

var update = flag.Bool("update", false, "write the golden files")

const payer = "111111111111"

func october() billing.Period { return billing.PeriodOf(billing.Day(20727).Time()) } // 2026-10-01

// tester is what testing.T and rapid.T have in common.
type tester interface {
	Helper()
	Fatal(...any)
	Errorf(string, ...any)
}

func openEngine(t *testing.T) *duckdb.Engine {
	t.Helper()
	e, err := duckdb.Open("1GB", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// columns of the report, by the short names that the tests write.
var columns = []struct{ short, column string }{
	{"id", "lineItem/ResourceId"}, {"type", "lineItem/LineItemType"}, {"service", "lineItem/ProductCode"},
	{"date", "lineItem/UsageStartDate"}, {"month", "bill/BillingPeriodStartDate"}, {"payer", "bill/PayerAccountId"},
	{"invoice", "bill/InvoiceId"}, {"entity", "bill/BillingEntity"}, {"account", "lineItem/UsageAccountId"},
	{"usage", "lineItem/UsageType"}, {"operation", "lineItem/Operation"}, {"amount", "lineItem/UsageAmount"},
	{"currency", "lineItem/CurrencyCode"}, {"unblended", "lineItem/UnblendedCost"}, {"blended", "lineItem/BlendedCost"},
	{"net", "lineItem/NetUnblendedCost"}, {"list", "pricing/publicOnDemandCost"}, {"region", "product/region"},
	{"arn", "reservation/ReservationARN"}, {"effective", "reservation/EffectiveCost"},
	{"upfront", "reservation/AmortizedUpfrontFeeForBillingPeriod"},
	{"unusedupfront", "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod"}, {"unusedrecurring", "reservation/UnusedRecurringFee"},
	{"sparn", "savingsPlan/SavingsPlanARN"}, {"speffective", "savingsPlan/SavingsPlanEffectiveCost"},
	{"commitment", "savingsPlan/TotalCommitmentToDate"}, {"used", "savingsPlan/UsedCommitment"},
	{"end", "lineItem/UsageEndDate"}, {"listrate", "pricing/publicOnDemandRate"}, {"unit", "pricing/unit"}, {"rate", "lineItem/UnblendedRate"},
	{"description", "lineItem/LineItemDescription"}, {"count", "reservation/NumberOfReservations"}, {"reserved", "reservation/TotalReservedUnits"},
	{"unusedunits", "reservation/UnusedQuantity"}, {"sprate", "savingsPlan/SavingsPlanRate"},
	{"sku", "product/sku"}, {"instance", "product/instanceType"}, {"name", "product/ProductName"}, {"billtype", "bill/BillType"},
	{"team", "resourceTags/user:team"}, {"stage", "resourceTags/user:stage"}, {"category", "costCategory/Line"},
}

// line is one line of a report: value by short column.
type line map[string]string

// newLine is a line of a final month with what every line has.
func newLine(id, kind, service, date string) line {
	return line{
		"id": id, "type": kind, "service": service, "date": date + "T00:00:00Z", "month": "2026-10-01T00:00:00Z", "payer": payer,
		"invoice": "1", "entity": "AWS", "account": "200000000001", "usage": "Box", "operation": "Run", "currency": "USD", "region": "ap-northeast-1",
	}
}

func report(lines []line) string {
	var text strings.Builder
	w := csv.NewWriter(&text)
	row := make([]string, len(columns))
	for i, c := range columns {
		row[i] = c.column
	}
	w.Write(row)
	for _, l := range lines {
		for i, c := range columns {
			row[i] = strings.ReplaceAll(l[c.short], "AWS-Marketplace", "AWS Marketplace")
		}
		w.Write(row)
	}
	w.Flush()
	return text.String()
}

// rated loads the lines and rates them in a folder; the session returned has
// the views line_items, pricing_keys and charges.
func rated(t tester, e engine.Engine, dir string, c billing.Config, lines []line) (engine.Session, billing.Report) {
	t.Helper()
	s, done, err := rate(e, dir, c, lines)
	if err != nil {
		t.Fatal(err)
	}
	return s, done
}

// monthIn is October, of the one load that rate makes below a folder.
func monthIn(dir string, c billing.Config) assign.Month { return monthOf(dir, c, october()) }

func monthOf(dir string, c billing.Config, period billing.Period) assign.Month {
	load := filepath.Join(dir, "load=L")
	return assign.Month{Period: period, Config: c, Loads: []assign.Load{{
		ID: "L", Payer: c.Payers[0], Files: []string{filepath.Join(load, "part-00000.parquet")}, Keys: filepath.Join(load, "keys.parquet"),
	}}}
}

func rate(e engine.Engine, dir string, c billing.Config, lines []line) (engine.Session, billing.Report, error) {
	return rateMonth(e, dir, c, lines, october())
}

func rateMonth(e engine.Engine, dir string, c billing.Config, lines []line, period billing.Period) (engine.Session, billing.Report, error) {
	none := func(err error) (engine.Session, billing.Report, error) { return nil, billing.Report{}, err }
	ctx := context.Background()
	file := filepath.Join(dir, "report.csv")
	if err := os.WriteFile(file, []byte(report(lines)), 0o644); err != nil {
		return none(err)
	}
	place, delivery, err := source.LocalFiles(ctx, []string{file}, period)
	if err != nil {
		return none(err)
	}
	defer place.Close()
	load := filepath.Join(dir, "load=L")
	month := monthOf(dir, c, period)
	in := rating.Input{Month: month, Dir: filepath.Join(dir, "charges")}
	if _, err := ingest.Load(ctx, ingest.Input{Place: place, Delivery: delivery, Payer: c.Payers[0], Dir: load, Keys: in.Loads[0].Keys, Engine: e}); err != nil {
		return none(err)
	}
	s, err := e.Session(ctx)
	if err != nil {
		return none(err)
	}
	if err := assign.Open(ctx, s, month); err != nil {
		return none(errors.Join(err, s.Close()))
	}
	if _, err := commitment.Apply(ctx, s, commitment.Input{Month: month, Dir: filepath.Join(dir, "commitments")}); err != nil {
		return none(errors.Join(err, s.Close()))
	}
	done, err := rating.Rate(ctx, s, in)
	if err != nil {
		return none(errors.Join(err, s.Close()))
	}
	charges, err := filepath.Glob(filepath.Join(in.Dir, "*", "*.parquet"))
	if err != nil {
		return none(err)
	}
	if err := s.View(ctx, "charges", charges); err != nil {
		return none(err)
	}
	return s, done, rating.Conserved(ctx, s, done)
}

// table runs a query and returns its rows, every value as text.
func table(t tester, s engine.Session, query string) [][]string {
	t.Helper()
	rows, err := s.Query(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all [][]string
	for rows.Next() {
		row, to := make([]string, len(names)), make([]any, len(names))
		for i := range row {
			to[i] = &row[i]
		}
		if err := rows.Scan(to...); err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

// number writes a decimal of the engine without its trailing zeros.
func number(t tester, text string) string {
	t.Helper()
	d, err := money.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d.String()
}

// byHand reads lines.txt: the lines, and by line the price on each basis, or
// nothing for a line that is in no charge.
func byHand(t *testing.T, text string) (lines []line, prices map[string][]string) {
	t.Helper()
	prices = map[string][]string{}
	for row := range strings.Lines(text) {
		if strings.HasPrefix(row, "#") {
			continue
		}
		said, wanted, ok := strings.Cut(row, "|")
		fields := strings.Fields(said)
		if !ok || len(fields) < 4 {
			t.Fatalf("bad line %q", row)
		}
		l := newLine(fields[0], fields[1], fields[2], fields[3])
		for _, f := range fields[4:] {
			name, value, _ := strings.Cut(f, "=")
			l[name] = value
		}
		lines = append(lines, l)
		if p := strings.Fields(wanted); len(p) == len(bases) {
			prices[l["id"]] = p
		}
	}
	return lines, prices
}

// readCase reads a file of lines and prices: its parts by name, and its
// reseller.yaml.
func readCase(t *testing.T, name string) (*txtar.Archive, map[string]string, billing.Config) {
	t.Helper()
	file, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	part := map[string]string{}
	for _, f := range file.Files {
		part[f.Name] = string(f.Data)
	}
	c, err := config.Parse("reseller.yaml", []byte(part["reseller.yaml"]))
	if err != nil {
		t.Fatal(err)
	}
	if problems := config.Check(c); len(problems) > 0 {
		t.Fatal(problems)
	}
	return file, part, c
}

var bases = []billing.Basis{billing.Unblended, billing.Net, billing.Amortized, billing.Blended, billing.List}

// R6, R10, R11, R12, R14, R25, R27: a line of every kind on every basis. The
// prices are those worked out by hand beside the lines; where each charge
// stands, and why, is in the golden file.
func TestStage(t *testing.T) {
	file, part, c := readCase(t, "testdata/stage.txtar")
	lines, prices := byHand(t, part["lines.txt"])
	e := openEngine(t)
	for i, basis := range bases {
		t.Run(string(basis), func(t *testing.T) {
			for g := range c.BillingGroups {
				c.BillingGroups[g].CostBasis = basis
			}
			s, done := rated(t, e, t.TempDir(), c, lines)
			defer s.Close()
			cost := money.Zero
			for _, l := range lines {
				if prices[l["id"]] != nil {
					cost = cost.Add(money.MustParse(l["unblended"]))
				}
			}
			if got := done.In["USD"]; !got.Equal(cost) || done.RowsIn != int64(len(prices)) {
				t.Errorf("%d lines and %s went in, want %d and %s", done.RowsIn, got, len(prices), cost)
			}
			var golden strings.Builder
			seen := map[string]bool{}
			for _, r := range table(t, s, `
				SELECT resource_id, CAST(billed_cost AS VARCHAR), "group", x_place, x_line_item_type, CAST(x_cost AS VARCHAR), CAST(pricing_quantity AS VARCHAR),
					COALESCE(x_base, '-'), COALESCE(x_rule, '-'), COALESCE(CAST(x_factor AS VARCHAR), '0'), COALESCE(CAST(x_unit_price AS VARCHAR), '0'), CAST(x_base_cost AS VARCHAR)
				FROM charges ORDER BY 1`) {
				id, price := r[0], number(t, r[1])
				if prices[id] == nil || seen[id] || prices[id][i] != price {
					t.Errorf("%s: price %s, want %v on %s", id, price, prices[id], basis)
				}
				seen[id] = true
				fmt.Fprintf(&golden, "%s %s %s %s cost=%s quantity=%s base=%s:%s rule=%s factor=%s unit=%s price=%s\n",
					id, r[2], r[3], r[4], number(t, r[5]), number(t, r[6]), r[7], number(t, r[11]), strings.ReplaceAll(r[8], " ", "-"), number(t, r[9]), number(t, r[10]), price)
			}
			if len(seen) != len(prices) {
				t.Errorf("%d charges, want %d", len(seen), len(prices))
			}
			name := "charges-" + string(basis) + ".txt"
			if *update {
				file.Files = append(without(file.Files, name), txtar.File{Name: name, Data: []byte(golden.String())})
			} else if golden.String() != part[name] {
				t.Errorf("charges differ from the golden ones; look at them, then run with -update:\n%s", golden.String())
			}
		})
	}
	if *update {
		if err := os.WriteFile("testdata/stage.txtar", txtar.Format(file), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func without(files []txtar.File, name string) []txtar.File {
	var left []txtar.File
	for _, f := range files {
		if f.Name != name {
			left = append(left, f)
		}
	}
	return left
}
