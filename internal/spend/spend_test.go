package spend_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/access"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/engine"
	"github.com/sluice-billing/sluice/internal/explore"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sample"
	"github.com/sluice-billing/sluice/internal/spend"
	"github.com/sluice-billing/sluice/internal/store"
	"github.com/sluice-billing/sluice/internal/view"
)

// closed is the demo with its first month priced, for all tests.
var closed = sync.OnceValues(func() (string, error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "sluice-spend-*")
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

// demo opens the demo, with what is declared in it.
func demo(t *testing.T) (*app.App, billing.Config) {
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
	c, err := a.Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return a, c
}

// charged is a sum of the charges themselves in US dollars, by SQL of the test.
func charged(t *testing.T, a *app.App, sum, where string) money.Decimal {
	t.Helper()
	m, err := a.OpenRated(t.Context(), july())
	if err != nil {
		t.Fatal(err)
	}
	defer m.Session.Close()
	type row struct{ amount money.Decimal }
	rows, err := engine.Collect(t.Context(), m.Session, func(r *row) []any { return []any{engine.Exact(&r.amount)} },
		"SELECT CAST(SUM("+sum+") AS VARCHAR) FROM charges WHERE billing_currency = 'USD' AND "+where)
	if err != nil || len(rows) != 1 {
		t.Fatal(rows, err)
	}
	return rows[0].amount
}

// in is the condition of SQL that charges are what billing groups pay.
func in(groups ...string) string {
	text := `"group" IN (`
	for i, g := range groups {
		if i > 0 {
			text += ", "
		}
		text += "'" + g + "'"
	}
	return text + ") AND x_place IN ('usage', 'marketplace')"
}

// What the reseller charges, and what it is charged, is the month's charges to the last
// digit; whom it is for adds up to it, and so do days, categories and services.
func TestResellerSpend(t *testing.T) {
	a, c := demo(t)
	s := spend.New(a.Installation, a.Explorer)
	for measure, want := range map[spend.Measure]money.Decimal{
		spend.Price: charged(t, a, "billed_cost", "x_seller IS NULL"),
		spend.Cost:  charged(t, a, "x_net_cost", "x_seller IS NULL"),
	} {
		asked := spend.Asked{Organization: access.Root, Measure: measure, Currency: "USD", Day: july().LastDay(), WithUnassigned: true}
		told, err := s.Of(t.Context(), c, asked)
		if err != nil {
			t.Fatal(err)
		}
		if !told.ToDate.Amount.Equal(want) || told.ToDate.Partial || len(told.Missing) > 0 {
			t.Errorf("%s is %+v, the charges come to %s", measure, told.ToDate, want)
		}
		parts, days := money.Zero, money.Zero
		for _, p := range told.Parts {
			parts = parts.Add(p.Month.Amount)
		}
		if !parts.Equal(want) || len(told.Parts) < 2 {
			t.Errorf("%s of the parts is %s, and all is %s", measure, parts, want)
		}
		if last := told.Services.Total[5].Amount; !last.Equal(want) {
			t.Errorf("%s of all services is %s, and all is %s", measure, last, want)
		}
		if m := told.Months[11]; m.Month != july() || !m.Amount.Equal(want) || !told.Months[0].Amount.IsZero() {
			t.Errorf("%s of the last month is %+v", measure, m)
		}
		registers, err := s.Registers(t.Context(), c, asked)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range registers.Registers {
			days = days.Add(r.Amount)
		}
		if !days.Equal(want) {
			t.Errorf("%s of all days is %s, and all is %s", measure, days, want)
		}
		bills, err := s.Bills(t.Context(), c, asked, 3)
		if err != nil {
			t.Fatal(err)
		}
		sum := money.Zero
		for _, b := range bills.Bills {
			sum = sum.Add(b.Amount)
		}
		if !sum.Equal(want) {
			t.Errorf("%s of the bills is %s, and all is %s", measure, sum, want)
		}
		if told.Estimate == nil || !told.Estimate.Amount.Equal(want) {
			t.Errorf("the month is over, and will come to %+v", told.Estimate)
		}
		if len(told.Days) != 14 || told.Days[13].Day != july().LastDay() {
			t.Errorf("the last 14 days are %+v", told.Days)
		}
		if want := charged(t, a, "x_net_cost", `"group" = 'unassigned'`); !told.Unassigned.Amount.Equal(want) {
			t.Errorf("nobody's is %+v, by the charges %s", told.Unassigned, want)
		}
		if len(told.Sources) != len(c.Sources) || told.Sources[0].GoodAt == nil || told.Sources[0].GoodPeriod.String() != "2026-07" {
			t.Errorf("the sources stand as %+v", told.Sources)
		}
	}
}

// nested gives the first billing group that buys from the reseller to a unit inside a
// unit, and the second of that customer, or nobody, to none.
func nested(t *testing.T, c billing.Config) (billing.Config, billing.BillingGroup) {
	t.Helper()
	c.BillingGroups, c.Customers = slices.Clone(c.BillingGroups), slices.Clone(c.Customers)
	i := slices.IndexFunc(c.BillingGroups, func(g billing.BillingGroup) bool { return g.Parent == "" && g.Unit == "" })
	g := &c.BillingGroups[i]
	g.Unit = "cart"
	for j := range c.Customers {
		if c.Customers[j].ID == g.Customer {
			c.Customers[j].Units = []billing.Unit{{ID: "web", Name: "Web"}, {ID: "cart", Name: "Cart", Parent: "web"}, {ID: "lab", Name: "Lab"}}
		}
	}
	return c, *g
}

// A unit spends what the groups of the units in it are charged; a unit beside it does
// not, and cost is not told of it.
func TestUnitSpend(t *testing.T) {
	a, c := demo(t)
	c, g := nested(t, c)
	s := spend.New(a.Installation, a.Explorer)
	want := charged(t, a, "billed_cost", in(g.ID))
	for organization, amount := range map[string]money.Decimal{g.Customer + "/web": want, g.Customer + "/cart": want, g.Customer + "/lab": money.Zero} {
		told, err := s.Of(t.Context(), c, spend.Asked{Organization: organization, Currency: "USD", Day: july().LastDay()})
		if err != nil {
			t.Fatal(err)
		}
		if !told.ToDate.Amount.Equal(amount) || told.Unassigned != nil {
			t.Errorf("%s spends %+v, want %s", organization, told.ToDate, amount)
		}
		if organization == g.Customer+"/web" && (len(told.Parts) != 1 || told.Parts[0].Organization != g.Customer+"/cart" || !told.Parts[0].Month.Amount.Equal(amount)) {
			t.Errorf("%s spends for %+v", organization, told.Parts)
		}
		if len(told.Sources) > 0 {
			t.Errorf("%s has no credential, and sees sources of the reseller", organization)
		}
	}
	for organization, units := range map[string][]string{access.Root: {g.Customer + "/cart", g.Customer + "/web"}, g.Customer: {g.Customer + "/cart"}, g.Customer + "/web": {}} {
		told, err := s.Of(t.Context(), c, spend.Asked{Organization: organization, Currency: "USD", Day: july().LastDay()})
		if err != nil {
			t.Fatal(err)
		}
		got := []string{}
		for _, p := range told.Below {
			got = append(got, p.Organization)
			if !p.Month.Amount.Equal(want) {
				t.Errorf("below %s, %s spends %+v, want %s", organization, p.Organization, p.Month, want)
			}
		}
		if slices.Sort(got); !slices.Equal(got, units) {
			t.Errorf("below %s are %v, want %v", organization, got, units)
		}
	}
	if _, err := s.Of(t.Context(), c, spend.Asked{Organization: g.Customer, Measure: spend.Cost}); !errors.As(err, new(*explore.InvalidError)) {
		t.Errorf("R5: the cost of a customer was told: %v", err)
	}
	if _, err := s.Of(t.Context(), c, spend.Asked{Organization: "nobody"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("who is not there spends: %v", err)
	}
}

// R19: without a rate nothing is counted, and the rate is named with its month.
func TestSpendWithoutRate(t *testing.T) {
	a, c := demo(t)
	told, err := spend.New(a.Installation, a.Explorer).Of(t.Context(), c, spend.Asked{Organization: access.Root, Currency: "CHF", Day: july().LastDay()})
	if err != nil {
		t.Fatal(err)
	}
	if !told.ToDate.Partial || !told.ToDate.Amount.IsZero() || !slices.Contains(told.Missing, spend.MissingRate{Month: july(), From: "USD", To: "CHF"}) {
		t.Errorf("R19: in CHF it is %+v, missing %+v", told.ToDate, told.Missing)
	}
	c.ExchangeRates = append(slices.Clone(c.ExchangeRates), billing.ExchangeRate{Month: july(), From: "USD", To: "CHF", Rate: money.MustParse("0.5"), Level: "common"})
	told, err = spend.New(a.Installation, a.Explorer).Of(t.Context(), c, spend.Asked{Organization: access.Root, Currency: "CHF", Day: july().LastDay()})
	want := charged(t, a, "billed_cost", "x_seller IS NULL").Mul(money.MustParse("0.5"))
	if err != nil || !told.ToDate.Amount.Equal(want) {
		t.Errorf("R19: at 0.5 it is %+v, %v; want %s", told.ToDate, err, want)
	}
}

// R5: somebody of a unit sees what it and the units in it spend, of its own groups and
// at their price, and nothing else; not even that there is more.
func TestViewOfUnit(t *testing.T) {
	a, c := demo(t)
	c, g := nested(t, c)
	tree := access.TreeOf(c)
	viewer := func(organization string) *view.View {
		rights := access.RightsOf(tree, access.Roles, []access.Grant{{Organization: organization, Role: "customer-viewer"}}, nil)
		v, err := view.Of(a, c, rights, access.ReadUsage, "")
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	want := charged(t, a, "billed_cost", in(g.ID))
	v := viewer(g.Customer + "/web")
	told, err := v.Spend(t.Context(), spend.Asked{Measure: spend.Cost, WithUnassigned: true, Currency: "USD", Day: july().LastDay()})
	if err != nil || !told.ToDate.Amount.Equal(want) || told.Measure != spend.Price || told.Organization != g.Customer+"/web" {
		t.Errorf("R5: the unit spends %+v, %v; want %s", told.Told.ToDate, err, want)
	}
	groups, err := v.Groups("")
	if err != nil || len(groups) != 1 || groups[0].ID != g.ID {
		t.Errorf("R5: the unit has the groups %+v, %v", groups, err)
	}
	for _, other := range []string{access.Root, g.Customer, g.Customer + "/lab"} {
		if _, err := v.Spend(t.Context(), spend.Asked{Organization: other}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("R5: the unit sees %s: %v", other, err)
		}
		if _, err := v.SpendBills(t.Context(), spend.Asked{Organization: other}, 1); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("R5: the unit sees bills of %s: %v", other, err)
		}
		if _, err := v.SpendRegisters(t.Context(), spend.Asked{Organization: other}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("R5: the unit sees registers of %s: %v", other, err)
		}
		if _, err := v.SpendEstimate(t.Context(), spend.Asked{Organization: other}); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("R5: the unit sees the estimate of %s: %v", other, err)
		}
	}
	if groups, err := viewer(g.Customer + "/lab").Groups(""); err != nil || len(groups) > 0 {
		t.Errorf("R5: a unit beside it has the groups %+v, %v", groups, err)
	}
}

// Declared providers are named where they have a row or a source, and nowhere else.
func TestProviderNames(t *testing.T) {
	a, c := demo(t)
	c.Providers = []billing.OwnProvider{{ID: "aws", Name: "As declared"}, {ID: "hyper", Name: "Hyper Cloud"}, {ID: "idle", Name: "Nobody's"}}
	c.Payers = append(c.Payers, billing.Payer{ID: "hyper-payer", Provider: "hyper"})
	c.Sources = append(c.Sources, billing.Source{Name: "hyper-shop", Kind: billing.FromBackend, Payer: "hyper-payer"})
	s := spend.New(a.Installation, a.Explorer)
	asked := spend.Asked{Organization: access.Root, Day: july().LastDay()}
	told, err := s.Of(t.Context(), c, asked)
	if want := map[string]string{"aws": "As declared", "hyper": "Hyper Cloud"}; err != nil || !maps.Equal(told.ProviderNames, want) {
		t.Errorf("the spend names %v, want %v; %v", told.ProviderNames, want, err)
	}
	bills, err := s.Bills(t.Context(), c, asked, 1)
	if want := map[string]string{"aws": "As declared"}; err != nil || !maps.Equal(bills.ProviderNames, want) {
		t.Errorf("the bills name %v, want %v; %v", bills.ProviderNames, want, err)
	}
	estimate, err := s.Estimate(t.Context(), c, asked)
	if err != nil || len(estimate.ProviderNames) > 0 {
		t.Errorf("an estimate of no provider names %v; %v", estimate.ProviderNames, err)
	}
}
