package collect

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/ingest"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/plugin"
	"github.com/sluice-billing/sluice/internal/secret"
	"github.com/sluice-billing/sluice/internal/store"
)

// vendor is a backend of whatever rows, in one task a slice of them.
type vendor struct {
	tasks     [][]plugin.Row
	names     []string // of the tasks' texts; their numbers where there are none
	described plugin.Described
	total     func(*plugin.Total) // what it says that it told, when it lies
	fails     error               // after the rows of a task
	asked     plugin.Credential
}

func (v *vendor) Describe(context.Context) (plugin.Described, error) { return v.described, nil }
func (v *vendor) Close() error                                       { return nil }
func (v *vendor) Verify(_ context.Context, c plugin.Credential) ([]plugin.Account, error) {
	v.asked = c
	return []plugin.Account{{ID: "a-1"}}, nil
}

func (v *vendor) Tasks(_ context.Context, c plugin.Credential, _ billing.Period, _ time.Time) (all []plugin.Task, err error) {
	v.asked = c
	for i := range v.tasks {
		text, _ := json.Marshal(map[string]any{"part": i})
		if v.names != nil {
			text = []byte(v.names[i])
		}
		all = append(all, plugin.Task{Text: text})
	}
	return all, nil
}

func (v *vendor) Rows(_ context.Context, _ plugin.Credential, _ billing.Period, t plugin.Task, total *plugin.Total) iter.Seq2[plugin.Row, error] {
	var of struct{ Part int }
	_ = json.Unmarshal(t.Text, &of)
	return func(yield func(plugin.Row, error) bool) {
		*total = plugin.Total{Rows: int64(len(v.tasks[of.Part])), Cost: map[string]money.Decimal{}}
		for _, row := range v.tasks[of.Part] {
			total.Cost[row.Currency] = total.Cost[row.Currency].Add(row.Cost)
			if !yield(row, nil) {
				return
			}
		}
		if v.total != nil {
			v.total(total)
		}
		if v.fails != nil {
			yield(plugin.Row{}, v.fails)
		}
	}
}

var may = func() billing.Period {
	p, err := billing.ParsePeriod("2026-05")
	if err != nil {
		panic(err)
	}
	return p
}()

func declared() billing.Config {
	return billing.Config{
		Providers: []billing.OwnProvider{{ID: "hyper", Name: "Hyper"}},
		Payers:    []billing.Payer{{ID: "hyper-one", Provider: "hyper"}},
		Backends:  []billing.Backend{{Name: "hyper", Address: "grpc://localhost:1", Provider: "hyper"}},
		Sources: []billing.Source{
			{Name: "one", Kind: billing.FromBackend, Payer: "hyper-one", Backend: "hyper"},
			{Name: "sent", Kind: billing.Pushed, Payer: "hyper-one"},
		},
	}
}

func collector(t *testing.T, v *vendor) *Collector {
	t.Helper()
	dir := t.TempDir()
	records, err := store.Open(t.Context(), filepath.Join(dir, "sluice.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { records.Close() })
	home := &month.Installation{
		Store: records, Lake: lake.At(filepath.Join(dir, "lake")), Now: time.Now, User: "ann",
		Keys: func(ctx context.Context) (*secret.Keyring, error) { return secret.Open(ctx, dir, records) },
	}
	return New(home, func(context.Context, billing.Backend) (plugin.Backend, error) { return v, nil })
}

func amount(text string) money.Decimal { return money.MustParse(text) }

func row(day int, account, cost string) plugin.Row {
	return plugin.Row{Day: may.FirstDay() + billing.Day(day-1), Account: account, Service: "Machines", Cost: amount(cost), Currency: "EUR"}
}

// load reads what was collected as the pipeline does, and puts it in force.
func load(t *testing.T, c *Collector, got Collected) ingest.Result {
	t.Helper()
	place, delivery, err := got.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer place.Close()
	dir := t.TempDir()
	result, err := ingest.Load(t.Context(), ingest.Input{
		Place: place, Delivery: delivery, Payer: billing.Payer{ID: got.Payer, Provider: "hyper"}, Dir: filepath.Join(dir, "load"), Keys: filepath.Join(dir, "load", "keys.parquet"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := got.Agrees(result.Totals.Rows, result.Totals.Money()); err != nil {
		t.Error(err)
	}
	err = c.home.Store.SwapLoad(t.Context(), store.Load{
		ID: "L" + got.Version, Source: got.Source, Report: got.Source, Payer: got.Payer, Period: got.Period, Version: got.Version, Format: result.Format,
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// folders are the versions that lie there of a month.
func folders(t *testing.T, c *Collector) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(c.Folder("one"), "2026-05"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// What a backend tells becomes lines, to the last digit: 1.5 + 0.000000000000000001 +
// 20 - 3.25 EUR.
func TestBackendBecomesLines(t *testing.T) {
	monthly := row(1, "a-2", "20")
	monthly.Monthly, monthly.InvoiceID = true, "INV-1"
	credit := row(31, "", "-3.25")
	credit.Category, credit.Tags = "Credit", map[string]string{"a": "b"}
	v := &vendor{tasks: [][]plugin.Row{{row(3, "a-1", "1.5"), row(4, "a-1", "0.000000000000000001")}, {monthly, credit}}, described: plugin.Described{Name: "Hyper", Version: "1.0", Protocol: "sluice"}}
	c := collector(t, v)
	var steps []int64
	ctx := billing.WithProgress(t.Context(), func(_ string, done, total int64) { steps = append(steps, done, total) })
	got, err := c.Collect(ctx, declared(), declared().Sources[0], may)
	if err != nil {
		t.Fatal(err)
	}
	if got.Rows != 4 || !got.Cost["EUR"].Equal(amount("18.250000000000000001")) || got.From != "hyper Hyper 1.0 sluice" {
		t.Errorf("collected is %+v", got)
	}
	result := load(t, c, got)
	if result.Format != "collected" || len(result.Findings) != 0 || result.Totals.OpenUsage != 2 || !result.Totals.InvoiceIDs {
		t.Errorf("loaded is %+v", result)
	}
	if len(steps) != 6 || steps[0] != 0 || steps[4] != 2 || steps[5] != 2 {
		t.Errorf("the progress is %v", steps)
	}
	if names := folders(t, c); len(names) != 1 || names[0] != got.Version {
		t.Errorf("the folders are %v, not %s", names, got.Version)
	}
}

// The same rows in another order are the same version; another row is another one,
// and a row that comes twice counts twice.
func TestVersionIsOfContent(t *testing.T) {
	a, b := row(1, "a", "1"), row(2, "b", "2")
	v := &vendor{}
	c := collector(t, v)
	version := func(tasks ...[]plugin.Row) string {
		v.tasks = tasks
		got, err := c.Collect(t.Context(), declared(), declared().Sources[0], may)
		if err != nil {
			t.Fatal(err)
		}
		return got.Version
	}
	first := version([]plugin.Row{a, b})
	if again := version([]plugin.Row{b}, []plugin.Row{a}); again != first {
		t.Errorf("another order is another version: %s and %s", first, again)
	}
	if twice := version([]plugin.Row{a, a, b}); twice == first {
		t.Error("a row that comes twice is the same version")
	}
	a.Account = "c"
	if other := version([]plugin.Row{a, b}); other == first {
		t.Error("another account is the same version")
	}
}

// What is not loaded is swept by the next collection; what a load refers to stays.
func TestSweep(t *testing.T) {
	v := &vendor{tasks: [][]plugin.Row{{row(1, "a", "1")}}}
	c := collector(t, v)
	one, err := c.Collect(t.Context(), declared(), declared().Sources[0], may)
	if err != nil {
		t.Fatal(err)
	}
	load(t, c, one)
	v.tasks[0][0].Cost = amount("2")
	if _, err := c.Collect(t.Context(), declared(), declared().Sources[0], may); err != nil {
		t.Fatal(err)
	}
	v.tasks[0][0].Cost = amount("3")
	three, err := c.Collect(t.Context(), declared(), declared().Sources[0], may)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range folders(t, c) {
		if name != one.Version && name != three.Version {
			t.Errorf("%s is left, which was never loaded", name)
		}
	}
	v.tasks = nil // the vendor took it back: the month is empty, and not as it was
	empty, err := c.Collect(t.Context(), declared(), declared().Sources[0], may)
	if err != nil || empty.Nothing || empty.Rows != 0 {
		t.Fatalf("an empty month is %+v, %v", empty, err)
	}
	if result := load(t, c, empty); result.Totals.Rows != 0 {
		t.Errorf("loaded are %d rows", result.Totals.Rows)
	}
	if none, err := c.Collect(t.Context(), declared(), declared().Sources[0], may.Next()); err != nil || !none.Nothing {
		t.Errorf("a month that never was is %+v, %v", none, err)
	}
}

// A backend that fails, lies or repeats itself leaves nothing behind.
func TestRefusals(t *testing.T) {
	june := row(1, "a", "1")
	june.Day += 31
	strange := row(1, "a", "1")
	strange.Currency = "€"
	for name, c := range map[string]struct {
		v    vendor
		want string
	}{
		"breaks":         {vendor{tasks: [][]plugin.Row{{row(1, "a", "1")}}, fails: errors.New("the stream broke")}, "the stream broke"},
		"counts wrong":   {vendor{tasks: [][]plugin.Row{{row(1, "a", "1")}}, total: func(t *plugin.Total) { t.Rows++ }}, "the backend says that it told 2 rows, and 1 came"},
		"sums wrong":     {vendor{tasks: [][]plugin.Row{{row(1, "a", "1")}}, total: func(t *plugin.Total) { t.Cost["EUR"] = amount("1.01") }}, "another sum than it says, by map[EUR:-0.01]"},
		"other currency": {vendor{tasks: [][]plugin.Row{{row(1, "a", "1")}}, total: func(t *plugin.Total) { t.Cost = map[string]money.Decimal{"USD": amount("1")} }}, "another sum than it says"},
		"same part":      {vendor{tasks: [][]plugin.Row{nil, nil}, names: []string{`{"part":0,"x":1}`, `{"x": 1, "part": 0}`}}, "which are the same"},
		"other month":    {vendor{tasks: [][]plugin.Row{{june}}}, "a row is of 2026-06-01, which is not in 2026-05"},
		"no currency":    {vendor{tasks: [][]plugin.Row{{strange}}}, "is not a currency"},
	} {
		collected := collector(t, &c.v)
		_, err := collected.Collect(t.Context(), declared(), declared().Sources[0], may)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if left := folders(t, collected); len(left) > 0 {
			t.Errorf("%s: %v is left", name, left)
		}
	}
	cancelled, cancel := context.WithCancel(t.Context())
	v := &vendor{tasks: [][]plugin.Row{{row(1, "a", "1")}}}
	v.total = func(*plugin.Total) { cancel() }
	if _, err := collector(t, v).Collect(cancelled, declared(), declared().Sources[0], may); !errors.Is(err, context.Canceled) {
		t.Errorf("a collection that is cancelled ends with %v", err)
	}
}

// Whatever the rules make of rows, their money and number stay, and a row without an
// account is not the payer's own (R1).
func TestMoneyNeverGoesAway(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		fields := rapid.SampledFrom([]string{"account", "service", "tag:p", "category"})
		words := rapid.SampledFrom([]string{"", "a", "b", "Machines"})
		c := declared()
		for i := range rapid.IntRange(0, 4).Draw(r, "rules") {
			condition := billing.SourceCondition{Field: fields.Draw(r, "field")}
			switch word := words.Draw(r, "word"); rapid.IntRange(0, 3).Draw(r, "test") {
			case 0:
				condition.Is = word
			case 1:
				condition.Not = word
			case 2:
				condition.Contains = word
			default:
				condition.NotContains = word
			}
			c.SourceRules = append(c.SourceRules, billing.SourceRule{
				ID: string(rune('q' + i)), When: rapid.SampledFrom([]string{"", "any", "always"}).Draw(r, "when"),
				Conditions: []billing.SourceCondition{condition}, GiveTo: billing.RowOwner{Account: words.Draw(r, "to")}, GoOn: rapid.Bool().Draw(r, "go on"),
			})
		}
		dir := t.TempDir()
		w, err := newWriter(dir, c.Payers[0], may)
		if err != nil {
			t.Fatal(err)
		}
		defer w.discard()
		w.from = rulesOf(nil, c, "one")
		want, n := money.Zero, rapid.IntRange(0, 6).Draw(r, "rows")
		for range n {
			cost := rapid.Int64Range(-1e6, 1e6).Draw(r, "cost")
			x := row(1, words.Draw(r, "account"), "0")
			x.Cost, x.Tags = money.FromInt(cost), map[string]string{"p": words.Draw(r, "tag")}
			want = want.Add(x.Cost)
			if err := w.add(x); err != nil {
				r.Fatal(err)
			}
			if got, err := w.record(x); err != nil || got[4] == c.Payers[0].ID {
				r.Fatalf("the row is the payer's own: %v, %v", got, err)
			}
		}
		if w.rows != int64(n) || !w.cost["EUR"].Equal(want) {
			r.Fatalf("%d rows of %s became %d of %s", n, want, w.rows, w.cost["EUR"])
		}
	})
}
