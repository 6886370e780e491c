package invoice

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// lineOf is a line in dollars, converted at 1.
func lineOf(kind statement.Kind, service, cost string) Line {
	return Line{Kind: kind, Service: service, Cost: amount(cost), CostCurrency: "USD", Rate: amount("1"), Exact: amount(cost), Amount: amount(cost)}
}

// usageOf is a document in dollars with nothing but accounts, and 10 percent of tax.
func usageOf(id string, accounts ...Account) Invoice {
	inv := Invoice{ID: id, Currency: "USD", Digits: 2, Accounts: accounts}
	for i, a := range accounts {
		for _, l := range a.Lines {
			inv.Accounts[i].Total = inv.Accounts[i].Total.Add(l.Amount)
		}
		inv.UsageTotal = inv.UsageTotal.Add(inv.Accounts[i].Total)
	}
	inv.Subtotal, inv.AfterDiscount, inv.BeforeTax = inv.UsageTotal, inv.UsageTotal, inv.UsageTotal
	inv.TaxTotal = inv.BeforeTax.Percent(amount("10"))
	inv.Taxes = []Tax{{Category: "standard", Percent: amount("10"), Base: inv.BeforeTax, Amount: inv.TaxTotal}}
	inv.Total = inv.BeforeTax.Add(inv.TaxTotal)
	inv.Payable = inv.Total
	return inv
}

// said writes changes as lines: name, kind, before, now, difference, percent.
func said(c Comparison) string {
	var text strings.Builder
	line := func(name string, x Change) {
		percent := "-"
		if x.Percent != nil {
			percent = x.Percent.String()
		}
		fmt.Fprintln(&text, name, x.Change, x.Before, x.Now, x.Difference, percent, x.Currency)
	}
	for _, p := range c.Parts {
		line(strings.TrimSpace(p.Part+" "+p.Of)+":", p.Change)
	}
	for _, s := range c.Services {
		line(string(s.Kind)+" "+s.Service, s.Change)
	}
	for _, a := range c.Accounts {
		line(strings.TrimSpace(a.Account+" "+a.Name), a.Change)
		for _, s := range a.Services {
			line("  "+s.Service, s.Change)
		}
	}
	return text.String()
}

func wantSaid(t *testing.T, c Comparison, want string) {
	t.Helper()
	if got := said(c); got != strings.TrimLeft(want, "\n") {
		t.Errorf("got:\n%swant:%s", got, want)
	}
}

// By hand. Compute goes from 100 + 40 to 100 + 70 (+30 of 140: 21.4 %), storage
// from 6 to 3 (−50 %), the database is new, mail is gone. In all 150 to 178:
// +28, 18.7 %; with 10 % of tax 165 to 195.80, +30.80.
func TestCompare(t *testing.T) {
	before := usageOf("2026-09/acme",
		Account{Account: "1", Name: "Shop", Lines: []Line{lineOf(statement.Usage, "Compute", "100"), lineOf(statement.Usage, "Storage", "6")}},
		Account{Account: "2", Lines: []Line{lineOf(statement.Usage, "Compute", "40"), lineOf(statement.Usage, "Mail", "4")}},
	)
	now := usageOf("2026-10/acme",
		Account{Account: "1", Name: "Shop", Lines: []Line{lineOf(statement.Usage, "Compute", "100"), lineOf(statement.Usage, "Storage", "3")}},
		Account{Account: "3", Lines: []Line{lineOf(statement.Usage, "Compute", "70"), lineOf(statement.Marketplace, "Database", "5")}},
	)
	c := Compare([]Invoice{before}, []Invoice{now})
	wantSaid(t, c, `
usage: changed 150 178 28 18.7 USD
subtotal: changed 150 178 28 18.7 USD
after discount: changed 150 178 28 18.7 USD
before tax: changed 150 178 28 18.7 USD
tax: changed 15 17.8 2.8 18.7 USD
tax standard 10 %: changed 15 17.8 2.8 18.7 USD
total: changed 165 195.8 30.8 18.7 USD
payable: changed 165 195.8 30.8 18.7 USD
usage Compute changed 140 170 30 21.4 USD
marketplace Database new 0 5 5 - USD
usage Mail gone 4 0 -4 -100 USD
usage Storage changed 6 3 -3 -50 USD
3 new 0 75 75 - USD
  Compute new 0 70 70 - USD
  Database new 0 5 5 - USD
2 gone 44 0 -44 -100 USD
  Compute gone 40 0 -40 -100 USD
  Mail gone 4 0 -4 -100 USD
1 Shop changed 106 103 -3 -2.8 USD
  Storage changed 6 3 -3 -50 USD
  Compute same 100 100 0 0 USD
`)
	if whole := c.Whole(); len(whole) != 1 || !whole[0].Difference.Equal(amount("30.8")) {
		t.Errorf("the whole is %v", whole)
	}
	if !slices.Equal(c.Before.Documents, []string{"2026-09/acme"}) || !c.Now.Total.Equal(amount("195.8")) || c.Digits() != 2 {
		t.Errorf("sides %+v and %+v", c.Before, c.Now)
	}
}

// Every part of section E is compared, with the lines it is made of; what lowers
// the total is negative. 100 + 10 + 5 − 11.50 + 20 + 3 + 7 − 1 = 132.50; tax 13.25.
func TestCompareParts(t *testing.T) {
	now := Invoice{
		ID: "2026-10/acme", Currency: "USD", Digits: 2, UsageTotal: amount("100"),
		Support: []Fee{{Kind: "plan", Plan: "aws-business", Account: "1", Amount: amount("10")}}, SupportTotal: amount("10"),
		Agency: []Fee{{Kind: "fixed", Amount: amount("5")}}, AgencyTotal: amount("5"), Subtotal: amount("115"),
		Discounts:     []Discount{{Percent: amount("10"), Base: "subtotal", Services: []string{"Compute"}, Amount: amount("11.5")}},
		DiscountTotal: amount("11.5"), AfterDiscount: amount("103.5"),
		BillingServices: []Service{{ID: "desk", Name: "Desk", Amount: amount("20")}},
		Shortfalls:      []Shortfall{{Kind: "minimum", Amount: amount("3")}},
		AdditionalItems: []Item{{Label: "Training", Amount: amount("4")}, {Label: "Books", Amount: amount("3")}},
		Coupons:         []Coupon{{Code: "HELLO", Amount: amount("-1")}},
		BeforeTax:       amount("132.5"), Taxes: []Tax{{Label: "GST", Percent: amount("10"), Amount: amount("13.25")}}, TaxTotal: amount("13.25"),
		Total: amount("145.75"), PrepaidUsed: amount("45"), Payable: amount("100.75"),
	}
	wantSaid(t, Compare(nil, []Invoice{now}), `
usage: new 0 100 100 - USD
support: new 0 10 10 - USD
support aws-business 1: new 0 10 10 - USD
agency: new 0 5 5 - USD
agency fixed: new 0 5 5 - USD
subtotal: new 0 115 115 - USD
discounts: new 0 -11.5 -11.5 - USD
discounts 10 % of subtotal Compute: new 0 -11.5 -11.5 - USD
after discount: new 0 103.5 103.5 - USD
billing services: new 0 20 20 - USD
billing services Desk: new 0 20 20 - USD
shortfalls: new 0 3 3 - USD
shortfalls minimum: new 0 3 3 - USD
additional items: new 0 7 7 - USD
additional items Books: new 0 3 3 - USD
additional items Training: new 0 4 4 - USD
coupons: new 0 -1 -1 - USD
coupons HELLO: new 0 -1 -1 - USD
before tax: new 0 132.5 132.5 - USD
tax: new 0 13.25 13.25 - USD
tax GST 10 %: new 0 13.25 13.25 - USD
total: new 0 145.75 145.75 - USD
prepaid: new 0 -45 -45 - USD
payable: new 0 100.75 100.75 - USD
`)
}

// An invoice counts with the note that corrects it: 100 − 20 before, 80 now.
func TestCompareSumsNotes(t *testing.T) {
	usage := func(id, cost string) Invoice {
		return usageOf(id, Account{Account: "1", Lines: []Line{lineOf(statement.Usage, "Compute", cost)}})
	}
	c := Compare([]Invoice{usage("2026-09/acme", "100"), usage("2026-09/acme/2", "-20")}, []Invoice{usage("2026-10/acme", "80")})
	if whole := c.Whole(); len(whole) != 1 || whole[0].Change != Unchanged || !c.Before.Total.Equal(amount("88")) {
		t.Errorf("the whole is %+v, before %s", whole, c.Before.Total)
	}
	if len(c.Services) != 1 || c.Services[0].Change.Change != Unchanged {
		t.Errorf("services %+v", c.Services)
	}
}

// Documents in yen and in dollars are compared by the cost of usage in dollars:
// 10 to 15, whatever it is in yen.
func TestCompareOtherCurrency(t *testing.T) {
	line := lineOf(statement.Usage, "Compute", "10")
	line.Rate, line.Exact, line.Amount = amount("150"), amount("1500"), amount("1500")
	before := usageOf("2026-09/acme", Account{Account: "1", Lines: []Line{line}})
	before.Currency, before.Digits = "JPY", 0
	now := usageOf("2026-10/acme", Account{Account: "1", Lines: []Line{lineOf(statement.Usage, "Compute", "15")}})
	c := Compare([]Invoice{before}, []Invoice{now})
	wantSaid(t, c, `
usage: changed 10 15 5 50 USD
usage Compute changed 10 15 5 50 USD
1 changed 10 15 5 50 USD
  Compute changed 10 15 5 50 USD
`)
	if whole := c.Whole(); !c.ByCost || len(whole) != 1 || whole[0].Currency != "USD" {
		t.Errorf("by cost %v, whole %+v", c.ByCost, whole)
	}
}

// The percent is of the size before; the limit itself is not beyond.
func TestBeyond(t *testing.T) {
	for _, c := range []struct {
		before, now, percent string
		want                 bool
	}{
		{"100", "120", "20", false},
		{"100", "120.01", "20", true},
		{"100", "80", "20", false},
		{"100", "79.99", "20", true},
		{"-100", "-120.01", "20", true},
		{"-100", "-120", "20", false},
		{"0", "0.01", "1000", true},
		{"0", "0", "0", false},
		{"3", "4", "33.33333333333333333333333333", true}, // a third is more
		{"100", "100", "0", false},
	} {
		change := changeOf("USD", [2]money.Decimal{amount(c.before), amount(c.now)})
		if got := change.Beyond(amount(c.percent)); got != c.want {
			t.Errorf("%s to %s is beyond %s %%: %v, want %v", c.before, c.now, c.percent, got, c.want)
		}
	}
}
