package explore_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/explore"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sample"
)

// closed is the demo with its first month priced, for all tests.
var closed = sync.OnceValues(func() (string, error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "sluice-explore-*")
	if err != nil {
		return "", err
	}
	if err := sample.Demo(ctx, dir, 1); err != nil {
		return "", err
	}
	a, err := open(ctx, dir)
	if err != nil {
		return "", err
	}
	defer a.Close()
	wanted, err := config.Load(filepath.Join(dir, "reseller.yaml"))
	if err != nil {
		return "", err
	}
	changes, err := a.Plan(ctx, wanted, true)
	if err != nil {
		return "", err
	}
	if err := a.Apply(ctx, changes); err != nil {
		return "", err
	}
	_, err = a.Pipeline.Close(ctx, july(), true)
	return dir, err
})

func open(ctx context.Context, dir string) (*app.App, error) {
	return app.Open(ctx, app.Options{Dir: dir, Now: func() time.Time { return time.Date(2026, 10, 6, 0, 0, 0, 0, time.UTC) }})
}

func july() billing.Period { return billing.PeriodOf(time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)) }

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := closed(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// demo opens the demo.
func demo(t testing.TB) *app.App {
	t.Helper()
	dir, err := closed()
	if err != nil {
		t.Fatal(err)
	}
	a, err := open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

// charged are sums of the charges themselves, by SQL of the test.
func charged(t testing.TB, a *app.App, query string) billing.Money {
	t.Helper()
	m, err := a.OpenRated(t.Context(), july())
	if err != nil {
		t.Fatal(err)
	}
	defer m.Session.Close()
	type row struct {
		currency money.Currency
		amount   money.Decimal
	}
	rows, err := engine.Collect(t.Context(), m.Session, func(r *row) []any { return []any{&r.currency, engine.Exact(&r.amount)} }, query)
	if err != nil {
		t.Fatal(err)
	}
	sum := billing.Money{}
	for _, r := range rows {
		sum.Add(r.currency, r.amount)
	}
	return sum
}

// amounts are one amount of rows, by currency.
func amounts(rows []explore.Row, of func(explore.Row) money.Decimal) billing.Money {
	sum := billing.Money{}
	for _, r := range rows {
		sum.Add(r.Currency, of(r))
	}
	return sum
}

func cost(r explore.Row) money.Decimal   { return r.Cost }
func price(r explore.Row) money.Decimal  { return r.Price }
func list(r explore.Row) money.Decimal   { return r.ListCost }
func margin(r explore.Row) money.Decimal { return r.Margin }

// Whatever a month is summed by, and however few are on top, it is the month's
// charges to the last digit.
func TestSumConserves(t *testing.T) {
	a := demo(t)
	wantCost := charged(t, a, "SELECT billing_currency, CAST(SUM(x_net_cost) AS VARCHAR) FROM charges GROUP BY 1")
	wantList := charged(t, a, "SELECT billing_currency, CAST(SUM(list_cost) AS VARCHAR) FROM charges WHERE x_seller IS NULL GROUP BY 1")
	wantPrice := charged(t, a, "SELECT billing_currency, CAST(SUM(billed_cost) AS VARCHAR) FROM charges WHERE x_seller IS NULL GROUP BY 1")
	keys, err := a.Explorer.TagKeys(t.Context(), july(), july(), nil)
	if err != nil || len(keys) < 3 {
		t.Fatal(keys, err)
	}
	all := explore.Dimensions()
	for _, k := range keys {
		all = append(all, explore.Tag(k))
	}
	for _, d := range all {
		check(t, a, explore.Question{From: july(), By: []explore.Dimension{d}}, wantCost, wantPrice, wantList)
	}
	if t.Failed() {
		t.FailNow()
	}
	rapid.Check(t, func(rt *rapid.T) {
		q := explore.Question{From: july(), To: july().Next(), Grain: rapid.SampledFrom([]string{"", explore.ByDay, explore.ByMonth}).Draw(rt, "grain")}
		q.By = rapid.SliceOfNDistinct(rapid.SampledFrom(all), 1, 3, rapid.ID[explore.Dimension]).Draw(rt, "by")
		q.Top = rapid.IntRange(0, 5).Draw(rt, "top")
		check(rt, a, q, wantCost, wantPrice, wantList)
	})
}

// check asks and compares; by margin source with the margin alone.
func check(t interface {
	Helper()
	Errorf(string, ...any)
}, a *app.App, q explore.Question, wantCost, wantPrice, wantList billing.Money) {
	t.Helper()
	got, err := a.Explorer.Sum(context.Background(), q)
	if err != nil {
		t.Errorf("%v: %v", q, err)
		return
	}
	wantMargin := wantPrice.Minus(wantCost)
	if off := amounts(got.Rows, margin).Minus(wantMargin); len(off) > 0 {
		t.Errorf("the margin of %v is off by %v", q, off)
	}
	if off := amounts(got.Totals, margin).Minus(wantMargin); len(off) > 0 {
		t.Errorf("the total margin of %v is off by %v", q, off)
	}
	if slices.Contains(q.By, explore.MarginSource) {
		return
	}
	for _, of := range []struct {
		amount func(explore.Row) money.Decimal
		want   billing.Money
	}{{cost, wantCost}, {price, wantPrice}, {list, wantList}} {
		if off := amounts(got.Rows, of.amount).Minus(of.want); len(off) > 0 {
			t.Errorf("%v is off by %v", q, off)
		}
	}
	first := map[string]bool{}
	for _, r := range got.Rows {
		if !r.Other && len(r.Keys) > 0 {
			first[string(r.Currency)+r.Keys[0]] = true
		}
	}
	if q.Top > 0 && len(first) > q.Top*len(wantCost) {
		t.Errorf("%v has %d values on top", q, len(first))
	}
}

// The sources of margin are those of the margin report.
func TestMarginSources(t *testing.T) {
	a := demo(t)
	want, err := a.Earnings.Margin(t.Context(), july(), "")
	if err != nil {
		t.Fatal(err)
	}
	got, err := a.Explorer.Sum(t.Context(), explore.Question{From: july(), By: []explore.Dimension{explore.MarginSource}})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]money.Decimal{}
	for _, r := range got.Rows {
		seen[string(r.Currency)+" "+r.Keys[0]] = r.Margin
	}
	for _, total := range want.Totals {
		for _, s := range total.Sources {
			if key := string(total.Currency) + " " + string(s.Source); !seen[key].Equal(s.Amount) {
				t.Errorf("%s is %s, and in the margin report %s", key, seen[key], s.Amount)
			}
		}
	}
}

// A charge has the tags of its lines: in the demo a resource has the same ones all
// month, so that sums by tag are those of the provider's lines.
func TestTagsAreThoseOfTheLines(t *testing.T) {
	a := demo(t)
	for _, key := range []string{"Team", "Environment"} {
		got, err := a.Explorer.Sum(t.Context(), explore.Question{From: july(), By: []explore.Dimension{explore.Tag(key)}, Where: []explore.Condition{{Dimension: explore.Class, Values: []string{"usage"}}}})
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Rows) < 3 {
			t.Errorf("only %d values of %s", len(got.Rows), key)
		}
		for _, r := range got.Rows {
			want := charged(t, a, fmt.Sprintf(`
				SELECT k.billing_currency, CAST(SUM(COALESCE(l.x_net_cost, l.billed_cost)) AS VARCHAR)
				FROM line_items l JOIN pricing_keys k ON k.load = l.load AND k.x_pricing_key = l.x_pricing_key
				WHERE COALESCE(l.tags['user:%[1]s'], l.tags['%[1]s'], '') = '%[2]s' AND l.x_class = 'usage' AND COALESCE(l.x_fence, '') <> 'split-cost'
				GROUP BY 1`, key, r.Keys[0]))
			if !want[r.Currency].Equal(r.Cost) {
				t.Errorf("%s=%s costs %s, and its lines %s %s", key, r.Keys[0], r.Cost, want[r.Currency], r.Currency)
			}
		}
	}
}

// Conditions leave what they say, and their opposite the rest.
func TestWhere(t *testing.T) {
	a := demo(t)
	sum := func(where ...explore.Condition) billing.Money {
		t.Helper()
		got, err := a.Explorer.Sum(t.Context(), explore.Question{From: july(), Where: where})
		if err != nil {
			t.Fatal(err)
		}
		return amounts(got.Rows, price)
	}
	for _, c := range []explore.Condition{
		{Dimension: explore.Service, Values: []string{"Amazon Simple Storage Service", "none such"}},
		{Dimension: explore.Tag("Team"), Values: []string{"", "media"}},
		{Dimension: explore.Customer, Values: []string{"aozora"}},
	} {
		some := sum(c)
		c.Not = true
		if whole := sum(); len(some) == 0 || len(whole.Minus(some)) == 0 || len(whole.Minus(some).Minus(sum(c))) > 0 {
			t.Errorf("%s leaves %v, its opposite %v, of %v", c, some, sum(c), whole)
		}
	}
	if got := sum(explore.Condition{Dimension: explore.Service, Values: []string{"'; DROP VIEW sums; --"}}); len(got) > 0 {
		t.Errorf("no service has that name, and costs %v", got)
	}
}

// What customers see is bound to their groups, and to what is not of others.
func TestPrices(t *testing.T) {
	a := demo(t)
	rows, err := a.Explorer.Prices(t.Context(), explore.Question{From: july(), By: []explore.Dimension{explore.Group}}, []string{"aozora-main"})
	if err != nil || len(rows) == 0 {
		t.Fatal(rows, err)
	}
	sum := billing.Money{}
	for _, r := range rows {
		if r.Keys[0] != "aozora-main" {
			t.Errorf("R5: %s is seen", r.Keys[0])
		}
		sum.Add(r.Currency, r.Price)
	}
	if off := sum.Minus(charged(t, a, `SELECT billing_currency, CAST(SUM(billed_cost) AS VARCHAR) FROM charges WHERE "group" = 'aozora-main' AND x_place IN ('usage', 'marketplace') GROUP BY 1`)); len(off) > 0 {
		t.Errorf("off by %v", off)
	}
	for _, d := range []explore.Dimension{explore.MarginSource, explore.Commitment, explore.Payer, explore.Owner} {
		var invalid *explore.InvalidError
		if _, err := a.Explorer.Prices(t.Context(), explore.Question{From: july(), By: []explore.Dimension{d}}, []string{"aozora-main"}); !errors.As(err, &invalid) {
			t.Errorf("R5: %s is told: %v", d, err)
		}
		if _, err := a.Explorer.Values(t.Context(), july(), july(), d, "", []string{"aozora-main"}); !errors.As(err, &invalid) {
			t.Errorf("R5: values of %s are told: %v", d, err)
		}
	}
	if rows, err := a.Explorer.Prices(t.Context(), explore.Question{From: july()}, nil); err != nil || len(rows) > 0 {
		t.Errorf("without groups %v, %v", rows, err)
	}
	if keys, err := a.Explorer.TagKeys(t.Context(), july(), july(), []string{}); err != nil || len(keys) > 0 {
		t.Errorf("without groups there are tags %v, %v", keys, err)
	}
}

func TestValues(t *testing.T) {
	a := demo(t)
	values, err := a.Explorer.Values(t.Context(), july(), july(), explore.Customer, "AOZ", nil)
	if err != nil || len(values) != 1 || values[0].Value != "aozora" || values[0].Label == "" || len(values[0].Prices) == 0 {
		t.Errorf("%v, %v", values, err)
	}
	mine, err := a.Explorer.Values(t.Context(), july(), july(), explore.Account, "", []string{"aozora-main"})
	all, errAll := a.Explorer.Values(t.Context(), july(), july(), explore.Account, "", nil)
	if err != nil || errAll != nil || len(mine) == 0 || len(mine) >= len(all) {
		t.Errorf("%d accounts of %d, %v %v", len(mine), len(all), err, errAll)
	}
}

// Accounts are called here what they are called on documents.
func TestAccountNames(t *testing.T) {
	a := demo(t)
	const group = "aozora-main"
	documents, err := a.Installation.Documents(t.Context(), july())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	for _, d := range documents {
		for _, account := range d.Accounts {
			if d.Group == group && account.Account != "" {
				want[account.Account] = account.Name
			}
		}
	}
	values, err := a.Explorer.Values(t.Context(), july(), july(), explore.Account, "", []string{group})
	if err != nil || len(values) != len(want) || len(want) < 2 {
		t.Fatalf("%v, want %v, %v", values, want, err)
	}
	for _, v := range values {
		if v.Label != want[v.Value] {
			t.Errorf("%s is labelled %q, and %q on documents", v.Value, v.Label, want[v.Value])
		}
		rows, err := a.Explorer.Prices(t.Context(), explore.Question{
			From: july(), By: []explore.Dimension{explore.Account, explore.AccountName},
			Where: []explore.Condition{{Dimension: explore.AccountName, Values: []string{v.Label}}},
		}, []string{group})
		if err != nil || len(rows) == 0 || rows[0].Keys[0] != v.Value || rows[0].Keys[1] != v.Label {
			t.Errorf("%s, which is called %s, is %v, %v", v.Value, v.Label, rows, err)
		}
		named, err := a.Explorer.Values(t.Context(), july(), july(), explore.AccountName, v.Label, nil)
		if err != nil || len(named) == 0 || named[0].Value != v.Label {
			t.Errorf("no account is called %s: %v, %v", v.Label, named, err)
		}
	}
}

// A question that cannot be answered says why.
func TestQuestionsRefused(t *testing.T) {
	a := demo(t)
	year := july()
	for range 40 {
		year = year.Next()
	}
	for want, q := range map[string]explore.Question{
		"no month":           {},
		"is before":          {From: july(), To: july().Previous()},
		"more than 36":       {From: july(), To: year},
		`not summed by "x"`:  {From: july(), By: []explore.Dimension{"x"}},
		`"service" is asked`: {From: july(), By: []explore.Dimension{"service", "service"}},
		"names no tag":       {From: july(), By: []explore.Dimension{"tag:"}},
		`not by "hour"`:      {From: july(), Grain: "hour"},
		"top is of":          {From: july(), Top: 3},
		"has 0 values":       {From: july(), Where: []explore.Condition{{Dimension: explore.Service}}},
	} {
		var invalid *explore.InvalidError
		if _, err := a.Explorer.Sum(t.Context(), q); !errors.As(err, &invalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v, want %q", q, err, want)
		}
	}
	if got, err := a.Explorer.Sum(t.Context(), explore.Question{From: july().Next()}); err != nil || len(got.Months)+len(got.Rows)+len(got.Totals) > 0 {
		t.Errorf("a month that is not rated: %v, %v", got, err)
	}
}

// Sums are made once, whoever asks; a close makes new ones, and those of the
// revision before go.
func TestSumsFollowTheRevision(t *testing.T) {
	from, err := closed()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	a, err := open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	made := func() []string {
		found, err := filepath.Glob(filepath.Join(dir, "lake", "explore", "*", "*", "*"))
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	q := explore.Question{From: july(), By: []explore.Dimension{explore.Service}}
	if err := os.RemoveAll(filepath.Join(dir, "lake", "explore")); err != nil {
		t.Fatal(err)
	}
	var asking sync.WaitGroup
	answers := make([]explore.Answer, 4)
	for i := range answers {
		asking.Go(func() {
			var err error
			if answers[i], err = a.As("somebody").Explorer.Sum(t.Context(), q); err != nil {
				t.Error(err)
			}
		})
	}
	asking.Wait()
	before := made()
	if len(before) != 1 || fmt.Sprint(answers[0]) != fmt.Sprint(answers[3]) {
		t.Fatalf("made are %v", before)
	}
	if err := os.Mkdir(filepath.Join(filepath.Dir(before[0]), "unfinished-1"), 0o755); err != nil { // as a crash leaves it
		t.Fatal(err)
	}
	old := time.Now().Add(-48 * time.Hour)
	if err := os.Chtimes(filepath.Join(filepath.Dir(before[0]), "unfinished-1"), old, old); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Pipeline.Close(t.Context(), july(), true); err != nil {
		t.Fatal(err)
	}
	if err := a.Explorer.Prepare(t.Context(), july()); err != nil {
		t.Fatal(err)
	}
	after := made()
	if len(after) != 1 || after[0] == before[0] {
		t.Errorf("after a close there are %v, before %v", after, before)
	}
	if again, err := a.Explorer.Sum(t.Context(), q); err != nil || fmt.Sprint(again) != fmt.Sprint(answers[0]) {
		t.Errorf("the same charges come to something else: %v", err)
	}
}
