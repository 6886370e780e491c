package answer_test

import (
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/sluice-billing/sluice/internal/answer"
	"github.com/sluice-billing/sluice/internal/app"
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/config"
	"github.com/sluice-billing/sluice/internal/explore"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/sample"
)

var july = billing.PeriodOf(time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC))

// demo is the demo with its first month priced and drafted.
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
	if err == nil {
		_, err = a.Pipeline.Close(t.Context(), july, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestCharges(t *testing.T) {
	a := demo(t)
	t.Run("summed", func(t *testing.T) { chargesAreSummed(t, a) })
	t.Run("explained", func(t *testing.T) { chargesAreExplained(t, a) })
}

// The charges behind a sum are that sum, to the last digit: of each service of a group
// as the explorer sums it, and of each account's lines as its documents bill them.
func chargesAreSummed(t *testing.T, a *app.App) {
	const group = "aozora-main"
	ask := func(q answer.ChargesQuestion) answer.Charges {
		t.Helper()
		q.Period, q.Group = july, group
		got, err := a.Answers.Charges(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	all := ask(answer.ChargesQuestion{Limit: 100_000})
	if int(all.Total) != len(all.Items) || all.Total < 100 {
		t.Fatalf("%d of %d charges", len(all.Items), all.Total)
	}
	summed, err := a.Explorer.Sum(t.Context(), explore.Question{
		From: july, By: []explore.Dimension{explore.Service, explore.UsageType}, Where: []explore.Condition{{Dimension: explore.Group, Values: []string{group}}},
	})
	if err != nil || len(summed.Rows) < 10 {
		t.Fatal(len(summed.Rows), err)
	}
	for _, want := range summed.Rows {
		if want.Keys[0] == "" || want.Keys[1] == "" {
			continue
		}
		got := ask(answer.ChargesQuestion{Service: want.Keys[0], UsageType: want.Keys[1], Limit: 1})
		sum := got.Sums[slices.IndexFunc(got.Sums, func(s answer.ChargeSum) bool { return s.Currency == want.Currency })]
		if !sum.Cost.Equal(want.Cost) || !sum.Price.Equal(want.Price) || got.Total == 0 || len(got.Items) != 1 {
			t.Errorf("%v: %+v, want cost %s and price %s", want.Keys, sum, want.Cost, want.Price)
		}
	}
	documents, err := a.Installation.Documents(t.Context(), july)
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for _, d := range documents {
		for _, account := range d.Accounts {
			for _, l := range account.Lines {
				if d.Group != group || l.Kind != "usage" && l.Kind != "marketplace" {
					continue
				}
				got := ask(answer.ChargesQuestion{Account: account.Account, Service: l.Service, Place: string(l.Kind), Limit: 2})
				if len(got.Sums) != 1 || !got.Sums[0].Price.Equal(l.Cost) || got.Items[0].AccountName != account.Name {
					t.Errorf("%s %s: %+v, want %s", account.Account, l.Service, got, l.Cost)
				}
				lines++
			}
		}
	}
	if lines < 3 {
		t.Errorf("only %d lines", lines)
	}
}

// What is listed is the dearest, by its service's code as by its name, and can be
// explained.
func chargesAreExplained(t *testing.T, a *app.App) {
	q := answer.ChargesQuestion{Period: july, Group: "pinecrest-main", Limit: 5}
	got, err := a.Answers.Charges(t.Context(), q)
	if err != nil || len(got.Items) != 5 || got.Total <= 5 {
		t.Fatalf("%+v, %v", got, err)
	}
	for i, c := range got.Items {
		if i > 0 && c.Price.Cmp(got.Items[i-1].Price) > 0 {
			t.Errorf("%s is dearer than the one before", c.ID)
		}
		why, err := a.Answers.Why(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		x := why.Charge
		prices := map[int64]money.Decimal{x.Number: x.Price}
		if x.Managed != nil {
			prices[x.Managed.Number] = x.Managed.Price
		}
		for _, s := range x.Sales {
			prices[s.Number] = s.Price
		}
		if !prices[c.Number].Equal(c.Price) || x.Account != c.Account || x.UsageType != c.UsageType || fmt.Sprint(c.Day) != x.Day {
			t.Errorf("%+v is explained as %+v", c, x)
		}
		q.Service = c.ServiceCode
		if of, err := a.Answers.Charges(t.Context(), q); err != nil || len(of.Items) == 0 || i == 0 && of.Items[0].ID != c.ID {
			t.Errorf("of %s: %+v, %v", c.ServiceCode, of, err)
		}
	}
	for _, q := range []answer.ChargesQuestion{{Period: july, Group: "nobody"}, {Period: july.Previous(), Group: "aozora-main"}} {
		if got, err := a.Answers.Charges(t.Context(), q); err == nil {
			t.Errorf("%+v has charges %+v", q, got)
		}
	}
}
