package commitment_test

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"maps"
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
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/engine/duckdb"
	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/source"
)

// tester is what testing.T and rapid.T have in common.
type tester interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
	Errorf(string, ...any)
}

// loadedMonth is a month whose files are in a lake: one load for each payer.
type loadedMonth struct {
	engine engine.Engine
	assign.Month
	last string // folder of an earlier output
}

// loadMonth loads files, CSV or Parquet, by payer.
func loadMonth(t tester, e engine.Engine, dir string, period billing.Period, payers []billing.Payer, files map[string][]string) loadedMonth {
	t.Helper()
	ctx := context.Background()
	m := loadedMonth{engine: e, Month: assign.Month{Period: period}}
	for i, p := range payers {
		place, delivery, err := source.LocalFiles(ctx, files[p.ID], period)
		if err != nil {
			t.Fatal(err)
		}
		load := fmt.Sprint("L", i)
		folder := filepath.Join(dir, "load="+load)
		keys := filepath.Join(folder, "keys.parquet")
		if _, err := ingest.Load(ctx, ingest.Input{Place: place, Delivery: delivery, Payer: p, Dir: folder, Keys: keys, Engine: e}); err != nil {
			t.Fatal(err)
		}
		place.Close()
		parts, err := filepath.Glob(filepath.Join(folder, "part-*.parquet"))
		if err != nil {
			t.Fatal(err)
		}
		m.Loads = append(m.Loads, assign.Load{ID: load, Payer: p, Files: parts, Keys: keys})
	}
	return m
}

// appliedMonth is a month after the stage: a session with the views line_items,
// parts and hours.
type appliedMonth struct {
	engine.Session
	commitment.Result
}

// apply runs the stage. Close the session.
func (m loadedMonth) apply(t tester, c billing.Config, dir string) appliedMonth {
	t.Helper()
	ctx := context.Background()
	in := commitment.Input{Month: m.Month, Dir: dir, Last: m.last}
	in.Config = c
	for i, l := range in.Loads { // the configuration decides on payers
		for _, p := range c.Payers {
			if p.ID == l.Payer.ID {
				in.Loads = slices.Clone(in.Loads)
				in.Loads[i].Payer = p
			}
		}
	}
	s, err := m.engine.Session(ctx)
	if err != nil {
		t.Fatal(err)
	}
	done, err := applyIn(ctx, s, in)
	if err != nil {
		t.Fatal(errors.Join(err, s.Close()))
	}
	return appliedMonth{s, done}
}

func applyIn(ctx context.Context, s engine.Session, in commitment.Input) (commitment.Result, error) {
	if err := assign.Open(ctx, s, in.Month); err != nil {
		return commitment.Result{}, err
	}
	return commitment.Apply(ctx, s, in)
}

// rows runs a query and returns its rows, every value as text.
func (m appliedMonth) rows(t tester, query string) [][]string {
	t.Helper()
	rows, err := m.Query(context.Background(), query)
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

// sums runs a query of a name and a sum.
func (m appliedMonth) sums(t tester, query string) map[string]money.Decimal {
	t.Helper()
	all := map[string]money.Decimal{}
	for _, r := range m.rows(t, query) {
		all[r[0]] = money.MustParse(r[1])
	}
	return all
}

// laws are queries that count what must not be.
func (m appliedMonth) laws(t tester, laws map[string]string) {
	t.Helper()
	for law, query := range laws {
		if broken := m.rows(t, query)[0][0]; broken != "0" {
			t.Errorf("%s: broken %s times", law, broken)
		}
	}
}

// same compares amounts by name; an amount that is not wanted must be zero.
func same(t tester, what string, got, want map[string]money.Decimal) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if !got[name].Equal(want[name]) {
			t.Errorf("%s of %s is %s, want %s", what, name, got[name], want[name])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[name]; !ok && !got[name].IsZero() {
			t.Errorf("%s of %s is %s, want none", what, name, got[name])
		}
	}
}

func openEngine(t testing.TB) engine.Engine {
	t.Helper()
	e, err := duckdb.Open("1GB", t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close() })
	return e
}

// cells of the reports in testdata/stage, by the short names they have there.
var cells = map[string]string{
	"id": "lineItem/ResourceId", "type": "lineItem/LineItemType", "payer": "bill/PayerAccountId", "month": "bill/BillingPeriodStartDate",
	"invoice": "bill/InvoiceId", "account": "lineItem/UsageAccountId", "start": "lineItem/UsageStartDate", "end": "lineItem/UsageEndDate",
	"service": "lineItem/ProductCode", "usage": "lineItem/UsageType", "operation": "lineItem/Operation", "zone": "lineItem/AvailabilityZone",
	"amount": "lineItem/UsageAmount", "currency": "lineItem/CurrencyCode", "cost": "lineItem/UnblendedCost", "rate": "lineItem/UnblendedRate",
	"region": "product/region", "list": "pricing/publicOnDemandCost", "ri": "reservation/ReservationARN", "count": "reservation/NumberOfReservations",
	"reserved": "reservation/TotalReservedUnits", "upfront": "reservation/AmortizedUpfrontFeeForBillingPeriod", "effective": "reservation/EffectiveCost",
	"rizone": "reservation/AvailabilityZone", "ristart": "reservation/StartTime", "riend": "reservation/EndTime",
	"sp": "savingsPlan/SavingsPlanARN", "sprate": "savingsPlan/SavingsPlanRate", "speffective": "savingsPlan/SavingsPlanEffectiveCost",
	"commits": "savingsPlan/TotalCommitmentToDate", "used": "savingsPlan/UsedCommitment", "offering": "savingsPlan/OfferingType",
	"term": "savingsPlan/PurchaseTerm", "payment": "savingsPlan/PaymentOption", "family": "savingsPlan/InstanceTypeFamily",
	"project": "resourceTags/user:project", "description": "lineItem/LineItemDescription",
}

// reports reads lines of "id type account day[Thour] name=value …", ~ for a
// blank, as a report of each payer. ri and sp are written OWNER/NAME. A line
// lasts an hour unless it says otherwise.
func reports(t *testing.T, text string) map[string][]string {
	t.Helper()
	names := slices.Sorted(maps.Keys(cells))
	header := make([]string, len(names))
	for i, n := range names {
		header[i] = cells[n]
	}
	rows := map[string][][]string{}
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		if len(fields) < 4 {
			t.Fatalf("bad line %q", line)
		}
		day, hour, _ := strings.Cut(fields[3], "T")
		start, err := time.Parse("2006-01-02 15", day+" "+cmp.Or(hour, "00"))
		if err != nil {
			t.Fatal(err)
		}
		row := map[string]string{
			"id": fields[0], "type": fields[1], "account": fields[2], "start": start.Format(time.RFC3339), "end": start.Add(time.Hour).Format(time.RFC3339),
			"payer": "111111111111", "month": "2026-10-01T00:00:00Z", "invoice": "1", "currency": "USD", "cost": "0", "amount": "1",
			"service": "AmazonEC2", "operation": "RunInstances", "region": "ap-northeast-1",
		}
		for _, f := range fields[4:] {
			name, value, ok := strings.Cut(f, "=")
			if !ok || cells[name] == "" {
				t.Fatalf("%q in line %q is no cell", f, line)
			}
			owner, id, _ := strings.Cut(value, "/")
			switch name {
			case "ri":
				value = "arn:aws:ec2:ap-northeast-1:" + owner + ":reserved-instances/" + id
			case "sp":
				value = "arn:aws:savingsplans::" + owner + ":savingsplan/" + id
			}
			row[name] = strings.ReplaceAll(value, "~", " ")
		}
		values := make([]string, len(names))
		for i, n := range names {
			values[i] = row[n]
		}
		rows[row["payer"]] = append(rows[row["payer"]], values)
	}
	files := map[string][]string{}
	for payer, lines := range rows {
		path := filepath.Join(t.TempDir(), payer+".csv")
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(csv.NewWriter(f).WriteAll(append([][]string{header}, lines...)), f.Close()); err != nil {
			t.Fatal(err)
		}
		files[payer] = []string{path}
	}
	return files
}

// short is the end of an id: what comes after its last slash.
func short(id string) string {
	if id == "" {
		return "-"
	}
	return id[strings.LastIndex(id, "/")+1:]
}

// inParts writes the stage's output as the files in testdata/stage do: a line
// for each part, what each share covered in all, and what was found.
func (d appliedMonth) inParts(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	number := func(text string) string { return money.MustParse(text).String() }
	for _, r := range d.rows(t, `
		SELECT resource_id, CAST(x_part_from AS VARCHAR), CAST(quantity AS VARCHAR), "group", sub_account_id, x_treatment, COALESCE(commitment_discount_id, ''),
			CAST(unblended AS VARCHAR), CAST(true_unblended AS VARCHAR), CAST(effective AS VARCHAR)
		FROM parts ORDER BY resource_id, x_part_from`) {
		fmt.Fprintf(&b, "%s from %s, %s: %s %s %s by %s, %s is %s, covered at %s\n",
			r[0], number(r[1]), number(r[2]), r[3], r[4], r[5], short(r[6]), number(r[7]), number(r[8]), number(r[9]))
	}
	for _, r := range d.rows(t, `
		SELECT commitment_discount_id, "group", CAST(COUNT(*) AS VARCHAR), CAST(SUM(units) AS VARCHAR), CAST(SUM(used) AS VARCHAR), CAST(SUM(unused_cost) AS VARCHAR)
		FROM hours GROUP BY commitment_discount_id, x_share, "group" ORDER BY split_part(commitment_discount_id, '/', 2), x_share, "group"`) {
		fmt.Fprintf(&b, "%s helps %s in %s slots: %s of %s used, %s unused\n", short(r[0]), r[1], r[2], number(r[4]), number(r[3]), number(r[5]))
	}
	for _, f := range d.Findings {
		if f.Code == "benefit-crossed" { // R9 is tested with its report
			continue
		}
		fmt.Fprintf(&b, "%s %s %s: %d lines, %s\n", f.Code, f.Severity, short(f.Subject), f.Count, f.Amount)
	}
	return b.String()
}

// R2, R3, R4, R7, R8, R10: small months, from the provider's file to parts. What is
// expected is worked out by hand, the arithmetic beside it.
func TestStage(t *testing.T) {
	files, err := filepath.Glob("testdata/stage/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in testdata/stage: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			part := map[string]string{}
			for _, f := range archive.Files {
				part[f.Name] = string(f.Data)
			}
			c, err := config.Parse("reseller.yaml", []byte(part["reseller.yaml"]))
			if err != nil {
				t.Fatal(err)
			}
			if problems := config.Check(c); len(problems) > 0 {
				t.Fatal(problems)
			}
			m := loadMonth(t, openEngine(t), t.TempDir(), october(t), c.Payers, reports(t, part["lines.txt"]))
			d := m.apply(t, c, t.TempDir())
			defer d.Close()
			got := d.inParts(t)
			var want []string
			for line := range strings.Lines(part["parts.txt"]) {
				if !strings.HasPrefix(line, "#") {
					want = append(want, line)
				}
			}
			if got != strings.Join(want, "") {
				t.Errorf("got:\n%s\nwant:\n%s", got, strings.Join(want, ""))
			}
		})
	}
}
