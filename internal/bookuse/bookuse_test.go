package bookuse_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/bookuse"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/month"
	"github.com/sluice-billing/sluice/internal/sample"
)

var period = sample.DemoMonths()[0]

// demo is the demo with its first month rated.
func demo(t *testing.T) *app.App {
	t.Helper()
	dir, ctx := t.TempDir(), t.Context()
	if err := sample.Demo(ctx, dir, 1); err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(ctx, app.Options{Dir: dir, Now: func() time.Time { return time.Date(2026, 10, 6, 0, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	wanted, err := config.Load(filepath.Join(dir, "reseller.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	changes, err := a.Plan(ctx, wanted, true)
	if err == nil {
		err = a.Apply(ctx, changes)
	}
	if err == nil {
		_, err = a.Pipeline.Close(ctx, period, false)
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// What the rules of all books price comes to what the charges with a book come to, by
// rule; what each book prices, leaves and finds priced adds up to its totals.
func TestUses(t *testing.T) {
	a := demo(t)
	t.Run("of", func(t *testing.T) { uses(t, a) })
	t.Run("changed", func(t *testing.T) { changed(t, a) })
	t.Run("catalog", func(t *testing.T) { catalog(t, a) })
}

type ruleSum struct {
	book, rule, currency string
	charges              int64
	base, price          money.Decimal
}

// chargedBy sums up the charges by the rule that decided, straight from the lake.
func chargedBy(t *testing.T, a *app.App) []ruleSum {
	t.Helper()
	r, err := a.Store.CurrentRated(t.Context(), period)
	if err != nil {
		t.Fatal(err)
	}
	files, err := a.Lake.Charges(period, r.Revision, "")
	if err != nil {
		t.Fatal(err)
	}
	s, err := a.Engine.Session(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.View(t.Context(), "charges", files); err != nil {
		t.Fatal(err)
	}
	all, err := engine.Collect(t.Context(), s, func(r *ruleSum) []any {
		return []any{&r.book, &r.rule, &r.currency, &r.charges, engine.Exact(&r.base), engine.Exact(&r.price)}
	}, `SELECT x_book, x_rule, billing_currency, COUNT(*), CAST(SUM(x_base_cost) AS VARCHAR), CAST(SUM(billed_cost) AS VARCHAR)
		FROM charges WHERE x_book IS NOT NULL AND x_class <> 'managed' AND x_place IN ('usage', 'marketplace', 'excluded') GROUP BY 1, 2, 3`)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func uses(t *testing.T, a *app.App) {
	c, err := a.Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	charged := chargedBy(t, a)
	if len(charged) == 0 {
		t.Fatal("no rule prices anything in the demo")
	}
	found := 0
	for _, b := range c.PriceBooks {
		u, err := a.BookUses.Of(t.Context(), period, b)
		if err != nil {
			t.Fatal(err)
		}
		if u.Changed || len(u.Rules) != len(b.Rules) {
			t.Errorf("%s: changed %v, %d rules of %d", b.ID, u.Changed, len(u.Rules), len(b.Rules))
		}
		sum := map[money.Currency]money.Decimal{}
		for i, r := range u.Rules {
			if r.Place != i || r.Rule != b.Rules[i].Name {
				t.Errorf("%s: rule %d is %q at %d", b.ID, i, r.Rule, r.Place)
			}
			for _, s := range r.Sums {
				sum[s.Currency] = sum[s.Currency].Add(s.Price)
				at := slices.IndexFunc(charged, func(x ruleSum) bool {
					return x.book == b.ID && x.rule == r.Rule && x.currency == string(s.Currency)
				})
				if at < 0 || charged[at].charges != s.Charges || !charged[at].base.Equal(s.Base) || !charged[at].price.Equal(s.Price) {
					t.Errorf("%s/%s: %+v is not in the charges", b.ID, r.Rule, s)
				}
				if !s.Difference.Equal(s.Price.Sub(s.Base)) {
					t.Errorf("%s/%s: difference %s", b.ID, r.Rule, s.Difference)
				}
				found++
			}
		}
		for _, s := range u.Nearer {
			sum[s.Currency] = sum[s.Currency].Add(s.Price)
		}
		for _, s := range u.Unmatched {
			sum[s.Currency] = sum[s.Currency].Add(s.Price)
		}
		groups := map[money.Currency]money.Decimal{}
		for _, g := range u.Groups {
			for _, s := range g.Sums {
				groups[s.Currency] = groups[s.Currency].Add(s.Price)
			}
		}
		for _, s := range u.Totals {
			if !s.Price.Equal(sum[s.Currency]) || !s.Price.Equal(groups[s.Currency]) {
				t.Errorf("%s: %s in all, %s by rule, %s by group", b.ID, s.Price, sum[s.Currency], groups[s.Currency])
			}
		}
	}
	if found != len(charged) {
		t.Errorf("%d rules price something by the books, %d by the charges", found, len(charged))
	}
}

// A rule that is new prices nothing, one that is gone is named with what it priced, and
// a month that is not rated is refused.
func changed(t *testing.T, a *app.App) {
	c, err := a.Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range c.PriceBooks {
		before, err := a.BookUses.Of(t.Context(), period, b)
		if err != nil {
			t.Fatal(err)
		}
		if len(before.Rules) == 0 || len(before.Rules[0].Sums) == 0 {
			continue
		}
		gone := b.Rules[0].Name
		b.Rules = append(slices.Clone(b.Rules[1:]), billing.PriceRule{Name: "new", Keep: true})
		after, err := a.BookUses.Of(t.Context(), period, b)
		if err != nil {
			t.Fatal(err)
		}
		last, fresh := after.Rules[len(after.Rules)-1], after.Rules[len(after.Rules)-2]
		if !after.Changed || last.Rule != gone || !last.Gone || last.Place != -1 || len(last.Sums) == 0 || !last.Sums[0].Price.Equal(before.Rules[0].Sums[0].Price) {
			t.Errorf("%s: %+v", b.ID, last)
		}
		if fresh.Rule != "new" || len(fresh.Sums) != 0 {
			t.Errorf("%s: %+v", b.ID, fresh)
		}
		if _, err := a.BookUses.Of(t.Context(), period.Next(), b); err == nil || !strings.Contains(err.Error(), "not rated") {
			t.Errorf("of a month that is not rated: %v", err)
		}
		return
	}
	t.Error("no first rule prices anything in the demo")
}

// The services of a month cost what its exports say, as do its accounts; what is asked
// for bounds what comes.
func catalog(t *testing.T, a *app.App) {
	want := billing.Money{}
	loads, err := a.Store.CurrentLoads(t.Context(), period)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range loads {
		totals, err := month.TotalsOf(l)
		if err != nil {
			t.Fatal(err)
		}
		for currency, amount := range totals.Money() {
			want.Add(currency, amount)
		}
	}
	asked := func(q bookuse.CatalogQuery) []bookuse.CatalogField {
		t.Helper()
		c, err := a.BookUses.Catalog(t.Context(), period, q)
		if err != nil {
			t.Fatal(err)
		}
		return c.Fields
	}
	all := asked(bookuse.CatalogQuery{})
	if len(all) != len(bookuse.CatalogFields) {
		t.Errorf("%d fields", len(all))
	}
	for _, f := range all {
		if f.Field != "service" && f.Field != "account" && f.Field != "class" {
			continue
		}
		sum := billing.Money{}
		for _, v := range f.Values {
			for currency, amount := range v.Cost {
				sum.Add(currency, amount)
			}
		}
		if diff := want.Minus(sum); len(diff) > 0 {
			t.Errorf("the values of %s cost %v, the exports say %v", f.Field, sum, want)
		}
	}
	services := all[0].Values
	two := asked(bookuse.CatalogQuery{Fields: []string{"service"}, Limit: 2})[0]
	if len(two.Values) != 2 || two.More != len(services)-2 || two.Values[0].Value != services[0].Value {
		t.Errorf("the first two of %d services: %+v", len(services), two)
	}
	first := services[0].Value
	for _, f := range asked(bookuse.CatalogQuery{Fields: []string{"usage_type", "service", "account"}, Service: first}) {
		for _, v := range f.Values {
			if f.Field == "usage_type" && v.Service != first || f.Field == "service" && v.Value != first {
				t.Errorf("%s of %s: %+v", f.Field, first, v)
			}
		}
		if len(f.Values) == 0 {
			t.Errorf("%s has no %s", first, f.Field)
		}
	}
	prefix := strings.ToLower(first[:3])
	for _, v := range asked(bookuse.CatalogQuery{Fields: []string{"service"}, Prefix: prefix})[0].Values {
		if !strings.HasPrefix(strings.ToLower(v.Value), prefix) && !strings.HasPrefix(strings.ToLower(v.Label), prefix) {
			t.Errorf("%q begins with %+v", prefix, v)
		}
	}
	if tags := asked(bookuse.CatalogQuery{Fields: []string{"tag"}})[0].Values; len(tags) > 0 {
		values := asked(bookuse.CatalogQuery{Fields: []string{"tag:" + tags[0].Value}})[0].Values
		sum := billing.Money{}
		for _, v := range values {
			for currency, amount := range v.Cost {
				sum.Add(currency, amount)
			}
		}
		if diff := tags[0].Cost.Minus(sum); len(values) == 0 || len(diff) > 0 {
			t.Errorf("tag %s costs %v, its values %v", tags[0].Value, tags[0].Cost, sum)
		}
	}
	_, err = a.BookUses.Catalog(t.Context(), period, bookuse.CatalogQuery{Fields: []string{"colour"}})
	if unknown := (*bookuse.UnknownFieldError)(nil); !errors.As(err, &unknown) || unknown.Field != "colour" {
		t.Errorf("of a field that there is not: %v", err)
	}
}

// How long it takes on a month of two million lines and a thousand customers:
// BENCH_INSTALLATION names one.
func TestUsesOfLargeMonth(t *testing.T) {
	dir := os.Getenv("BENCH_INSTALLATION")
	if dir == "" {
		t.Skip("BENCH_INSTALLATION names no installation with a large month")
	}
	ctx := context.Background()
	a, err := app.Open(ctx, app.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	c, err := a.Config(ctx)
	if err != nil {
		t.Fatal(err)
	}
	periods, err := a.Pipeline.Periods(ctx)
	if err != nil {
		t.Fatal(err)
	}
	p := periods[len(periods)-1]
	begin := time.Now()
	u, err := a.BookUses.Of(ctx, p, c.PriceBooks[0])
	t.Logf("use of %s in %s: %s, %d groups, %d unmatched, %v", c.PriceBooks[0].ID, p, time.Since(begin), len(u.Groups), len(u.Unmatched), err)
	for _, fields := range [][]string{{"service", "usage_type"}, {"account"}, {"tag"}, nil} {
		begin = time.Now()
		found, err := a.BookUses.Catalog(ctx, p, bookuse.CatalogQuery{Fields: fields})
		t.Logf("catalog of %v: %s, %d fields, %v", fields, time.Since(begin), len(found.Fields), err)
	}
	begin = time.Now()
	problems := config.Check(c)
	t.Logf("checking the configuration: %s, %d problems", time.Since(begin), len(problems))
}
