package insight_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/earnings"
	"github.com/sluice-billing/sluice/internal/insight"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sample"
	"github.com/sluice-billing/sluice/internal/statement"
)

var july = billing.PeriodOf(time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC))

// demo is the demo with its first two months priced and drafted.
func demo(t *testing.T) *app.App {
	t.Helper()
	dir := t.TempDir()
	if err := sample.Demo(t.Context(), dir, 1); err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), app.Options{Dir: dir, Now: func() time.Time { return time.Date(2026, 10, 6, 0, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	wanted, err := config.Load(filepath.Join(dir, "reseller.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	changes, err := a.Plan(t.Context(), wanted, true)
	if err == nil {
		err = a.Apply(t.Context(), changes)
	}
	for _, p := range []billing.Period{july, july.Next()} {
		if err == nil {
			_, err = a.Pipeline.Close(t.Context(), p, true)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Of every billing group: the months, their days and the reasons why they differ are
// to the last digit what its documents bill for usage, which were summed another way.
func TestOverviewIsWhatIsBilled(t *testing.T) {
	a := demo(t)
	documents, err := a.Installation.Documents(t.Context(), billing.Period{})
	if err != nil {
		t.Fatal(err)
	}
	billed := map[string]map[billing.Period]billing.Money{}
	for _, d := range documents {
		if billed[d.Group] == nil {
			billed[d.Group] = map[billing.Period]billing.Money{july: {}, july.Next(): {}}
		}
		for _, account := range d.Accounts {
			for _, l := range account.Lines {
				if l.Kind != statement.Entry {
					billed[d.Group][d.Period].Add(l.CostCurrency, l.Cost)
				}
			}
		}
	}
	if len(billed) < 8 {
		t.Fatalf("only %d groups have documents", len(billed))
	}
	declared, err := a.Installation.Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	names := declared.AccountNames()
	parts := 0
	for group, months := range billed {
		its := slices.DeleteFunc(slices.Clone(documents), func(d invoice.Invoice) bool { return d.Group != group })
		o, err := a.Insights.Overview(t.Context(), july.Next(), []string{group}, its, 5)
		if err != nil {
			t.Fatal(err)
		}
		if !o.Rated || !o.Over || !o.Compared || o.ComparedDays != 0 {
			t.Errorf("%s: %+v", group, o.Comparison)
		}
		parts += len(o.Invoices)
		for _, m := range o.Currencies {
			is, was := months[july.Next()][m.Currency], months[july][m.Currency]
			if !m.ToDate.Equal(is) || !m.LastMonth.Equal(was) || !m.Forecast.Amount.Equal(is) || !sumOf(m.Days).Equal(is) || !sumOf(m.LastDays).Equal(was) {
				t.Errorf("%s: %s after %s, by days %s after %s; want %s after %s", group, m.ToDate, m.LastMonth, sumOf(m.Days), sumOf(m.LastDays), is, was)
			}
			change := m.Changes.Rest.Change
			for _, c := range m.Changes.Top {
				change = change.Add(c.Change)
				if c.AccountName == "" || c.AccountName != names[c.Account] {
					t.Errorf("%s is called %q, and on documents %q", c.Account, c.AccountName, names[c.Account])
				}
			}
			if !change.Equal(is.Sub(was)) || !m.Difference.Equal(is.Sub(was)) || len(m.Changes.Top) > 5 {
				t.Errorf("%s: changes of %s, want %s", group, change, is.Sub(was))
			}
		}
	}
	if parts == 0 {
		t.Error("nothing beside usage changed on any invoice")
	}
	t.Run("dashboard", func(t *testing.T) { dashboardAddsUp(t, a) })
}

func sumOf(days []insight.DayAmount) (sum money.Decimal) {
	for _, d := range days {
		sum = sum.Add(d.Amount)
	}
	return sum
}

// The dashboard is the margin's: its sources and days add up to it.
func dashboardAddsUp(t *testing.T, a *app.App) {
	d, err := a.Insights.Dashboard(t.Context(), july.Next(), false)
	if err != nil {
		t.Fatal(err)
	}
	margins := map[billing.Period]earnings.Margin{}
	for _, p := range []billing.Period{july, july.Next()} {
		if margins[p], err = a.Earnings.Margin(t.Context(), p, ""); err != nil {
			t.Fatal(err)
		}
	}
	changes, err := a.Insights.Changes(t.Context(), insight.ChangesQuestion{Period: july.Next(), Against: july, Top: 3, WithInvoices: true})
	if err != nil {
		t.Fatal(err)
	}
	if d.Receivables != nil || len(d.Commitments) == 0 || len(d.Documents) == 0 || len(d.Currencies) != len(margins[july].Totals) || len(changes.Invoices) == 0 {
		t.Fatalf("%+v", d)
	}
	for i, m := range d.Currencies {
		sources, before, cost, price := money.Zero, money.Zero, money.Zero, money.Zero
		for _, x := range m.Sources {
			sources, before = sources.Add(x.Amount), before.Add(x.Before)
		}
		for _, day := range m.Days {
			cost, price = cost.Add(day.Cost), price.Add(day.Price)
		}
		total := margins[july.Next()].Totals[i]
		if !m.Now.Margin.Equal(total.BeforeTax) || !sources.Equal(total.BeforeTax) || !before.Equal(margins[july].Totals[i].BeforeTax) || !cost.Equal(m.Now.Cost) {
			t.Errorf("margin %s of sources %s, cost %s of days %s; want %+v", m.Now.Margin, sources, m.Now.Cost, cost, total)
		}
		if set := changes.Currencies[i]; set.Currency != m.Currency || !set.After.Equal(price) {
			t.Errorf("changes of %s %s, days of %s %s", set.After, set.Currency, price, m.Currency)
		}
		if len(m.ByPrice) < 5 || m.ByPrice[0].Price.Cmp(m.ByPrice[1].Price) < 0 || m.ByPrice[0].Change == nil || len(m.ByChange) == 0 || len(m.ByMargin) == 0 {
			t.Errorf("customers %+v", m.ByPrice)
		}
	}
	empty, err := a.Insights.Dashboard(t.Context(), july.Previous(), true)
	if err != nil || empty.Rated || len(empty.Currencies) > 0 || empty.Receivables == nil {
		t.Errorf("of a month that is not rated: %+v, %v", empty, err)
	}
}
