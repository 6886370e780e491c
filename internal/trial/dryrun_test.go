package trial

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/desk"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// What services come to is what rules come to is the group's total, before and
// after, in both currencies, to the last digit; a missing rate leaves nothing in
// the invoice's currency.
func TestCompareAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.Custom(func(t *rapid.T) money.Decimal {
			return money.MustParse(fmt.Sprintf("%de-%d", rapid.Int64Range(-1e15, 1e15).Draw(t, "digits"), rapid.IntRange(0, 24).Draw(t, "scale")))
		})
		rule := rapid.Custom(func(t *rapid.T) *string {
			return rapid.SampledFrom([]*string{nil, new(string), new(string), new(string)}).Draw(t, "rule")
		})
		written := []string{"*", "\x1f\x1ftrue-unblended", "plus\x1fmore\x1flist"}
		cells := rapid.SliceOf(rapid.Custom(func(t *rapid.T) cell {
			pick := func(words ...string) string { return rapid.SampledFrom(words).Draw(t, "word") }
			c := cell{
				group: pick("a", "b"), payer: pick("P", "Q"), currency: money.Currency(pick("USD", "CNY")),
				kind: statement.Kind(pick("usage", "marketplace")), code: pick("x", "y", "z"), service: pick("One", "Two"),
				before: rule.Draw(t, "before"), after: rule.Draw(t, "after"),
				countWas: rapid.Int64Range(0, 9).Draw(t, "was"), countIs: rapid.Int64Range(0, 9).Draw(t, "is"),
				price: desk.Compared(number.Draw(t, "before"), number.Draw(t, "after")),
			}
			for _, r := range []**string{&c.before, &c.after} {
				if *r != nil {
					*r = &written[rapid.IntRange(0, len(written)-1).Draw(t, "which")]
				}
			}
			if rapid.Bool().Draw(t, "own") {
				c.own = c.price
			}
			return c
		})).Draw(t, "cells")
		rates := map[string]money.Decimal{}
		for _, pair := range []string{"USD P", "USD Q", "CNY P", "CNY Q"} {
			if rapid.IntRange(0, 9).Draw(t, "missing") > 0 {
				rates[pair] = number.Draw(t, "rate")
			}
		}
		totals, groups := compare(cells, func(id string) buyer {
			return buyer{billing.BillingGroup{ID: id, Currency: "EUR"}, func(from money.Currency, payer string) (money.Decimal, error) {
				if rate, ok := rates[string(from)+" "+payer]; ok {
					return rate, nil
				}
				return money.Zero, errors.New("no rate from " + string(from))
			}}
		})

		// Added up in another way: cell by cell.
		want, wantOwn, invoiced, missing := map[string]desk.Amounts{}, map[string]desk.Amounts{}, map[string]desk.Amounts{}, map[string]bool{}
		counts := map[string]int64{}
		for _, c := range cells {
			key := c.group + " " + string(c.currency)
			want[key] = sum(want[key], c.price)
			wantOwn[string(c.currency)] = sum(wantOwn[string(c.currency)], c.own)
			rate, ok := rates[string(c.currency)+" "+c.payer]
			missing[c.group] = missing[c.group] || !ok
			invoiced[key] = sum(invoiced[key], desk.Amounts{Before: c.price.Before.Mul(rate), After: c.price.After.Mul(rate), Difference: c.price.Difference.Mul(rate)})
			counts[key] += c.countWas + c.countIs
		}
		for _, total := range totals {
			same(t, "what the reseller charges", wantOwn[string(total.Currency)], total.Amounts)
			delete(wantOwn, string(total.Currency))
		}
		if len(wantOwn) > 0 {
			t.Fatalf("the reseller charges %v, too", wantOwn)
		}
		for _, g := range groups {
			services, rules, counted := map[money.Currency][]Difference{}, map[money.Currency][]Difference{}, map[money.Currency]int64{}
			for _, s := range g.Services {
				services[s.Currency] = append(services[s.Currency], s.Difference)
			}
			for _, r := range g.Rules {
				rules[r.Currency] = append(rules[r.Currency], r.Difference)
				counted[r.Currency] += r.ChargesBefore + r.ChargesAfter
			}
			if (len(g.MissingRates) > 0) != missing[g.Group] {
				t.Fatalf("R19: rates of %s that are missing: %q, want %v", g.Group, g.MissingRates, missing[g.Group])
			}
			for _, total := range g.Totals {
				key := g.Group + " " + string(total.Currency)
				if counted[total.Currency] != counts[key] {
					t.Fatalf("%d charges, want %d", counted[total.Currency], counts[key])
				}
				for name, parts := range map[string][]Difference{"total": {total}, "services": services[total.Currency], "rules": rules[total.Currency]} {
					var provider, converted desk.Amounts
					for _, d := range parts {
						provider = sum(provider, d.Amounts)
						switch {
						case missing[g.Group] != (d.Invoiced == nil):
							t.Fatalf("R19: %s of %s in the invoice's currency: %v", name, key, d.Invoiced)
						case d.Invoiced != nil:
							converted = sum(converted, *d.Invoiced)
						}
					}
					same(t, name+" of "+key, want[key], provider)
					if !missing[g.Group] {
						same(t, name+" of "+key+", invoiced", invoiced[key], converted)
					}
				}
				delete(want, key)
			}
		}
		if len(want) > 0 {
			t.Fatalf("left out: %v", want)
		}
	})
}

func sum(a, b desk.Amounts) desk.Amounts {
	return desk.Amounts{Before: a.Before.Add(b.Before), After: a.After.Add(b.After), Difference: a.Difference.Add(b.Difference)}
}

func same(t interface{ Fatalf(string, ...any) }, what string, want, got desk.Amounts) {
	if !want.Before.Equal(got.Before) || !want.After.Equal(got.After) || !want.Difference.Equal(got.Difference) {
		t.Fatalf("%s: %v, want %v", what, got, want)
	}
}

// issuedDocument is a document over 100.004 USD of EC2 and 50 USD of Logs at 0.9
// EUR: 90.00 + 45.00, less 10 % of usage 9.00, with an item of 20.00 that is free
// of tax; 19 % of 126.00 are 23.94, together 169.94.
func issuedDocument(t *testing.T, point string, of ...statement.Line) invoice.Invoice {
	t.Helper()
	period := billing.PeriodOf(billing.Day(20700).Time())
	set := invoice.Settings{
		Reseller: billing.Reseller{Name: "Reseller"}, Customer: billing.Customer{ID: "acme", Name: "ACME"},
		Group: billing.BillingGroup{ID: "acme", Customer: "acme", Currency: "EUR", Invoice: billing.InvoiceSettings{
			Exchange: "group", Rounding: billing.RoundingSettings{Point: point}, Discount: &billing.Discount{Percent: money.FromInt(10)},
			Tax: []billing.Tax{{Category: "standard", Percent: money.FromInt(19)}, {Category: "exempt", Reason: "X"}},
			AdditionalItems: []billing.AdditionalItem{
				{Label: "Care", UnitPrice: money.FromInt(20), Quantity: money.FromInt(1), TaxFree: true},
				{Label: "Later", UnitPrice: money.FromInt(99), Quantity: money.FromInt(1), From: new(period.Next().FirstDay())},
			},
		}},
		Rates: []billing.ExchangeRate{
			{Month: period, From: "USD", To: "EUR", Rate: money.MustParse("0.8"), Level: "common"},
			{Month: period, From: "USD", To: "EUR", Rate: money.MustParse("0.9"), Level: "group", Group: "acme"},
		},
	}
	d, err := invoice.New(statementOf(of...), set, invoice.Inputs{}, false)
	if err != nil {
		t.Fatal(err)
	}
	return d.Issue("INV-7", period.LastDay()+3)
}

func statementOf(lines ...statement.Line) statement.Statement {
	return statement.Statement{Group: "acme", Period: billing.PeriodOf(billing.Day(20700).Time()), Accounts: []statement.Account{{ID: "1", Payer: "P", Lines: lines}}}
}

func line(kind statement.Kind, service, amount string, currency money.Currency) statement.Line {
	return statement.Line{Kind: kind, Service: service, Amount: money.MustParse(amount), Currency: currency}
}

func shownProposal(p Proposal) string {
	text := fmt.Sprintf("%s %s: net %s %s %s, tax %s %s %s, total %s %s %s", p.Corrects, p.Kind,
		p.Net.Before, p.Net.After, p.Net.Difference, p.Tax.Before, p.Tax.After, p.Tax.Difference, p.Total.Before, p.Total.After, p.Total.Difference)
	for _, l := range p.Lines {
		text += fmt.Sprintf("; %s %s %s %s %s %s", l.Account, l.Kind, l.Service, l.Before, l.After, l.Difference)
	}
	return text
}

// R18, R30: a correction is what the document would come to with its own rates,
// discount, items and tax, less what it came to.
func TestPropose(t *testing.T) {
	ec2, logs := line("usage", "EC2", "100.004", "USD"), line("marketplace", "Logs", "50", "USD")
	for _, test := range []struct {
		name, point string
		lines       []statement.Line
		want        string
	}{
		{"the same", "service", []statement.Line{logs, ec2}, "INV-7 none: net 146 146 0, tax 23.94 23.94 0, total 169.94 169.94 0"},
		// 200 × 0.9 = 180, + 45, − 18, + 20 = 227; 19 % of 207 = 39.33.
		{"dearer", "service", []statement.Line{line("usage", "EC2", "200", "USD"), logs},
			"INV-7 debit: net 146 227 81, tax 23.94 39.33 15.39, total 169.94 266.33 96.39; 1 usage EC2 90 180 90"},
		// 9 − 0.90 + 45 + 20 = 73.10; 19 % of 53.10 = 10.089.
		{"another service", "service", []statement.Line{line("usage", "S3", "10", "USD"), logs},
			"INV-7 credit: net 146 73.1 -72.9, tax 23.94 10.09 -13.85, total 169.94 83.19 -86.75; 1 usage EC2 90 0 -90; 1 usage S3 0 9 9"},
		{"nothing left but the item", "service", nil,
			"INV-7 credit: net 146 20 -126, tax 23.94 0 -23.94, total 169.94 20 -149.94; 1 usage EC2 90 0 -90; 1 marketplace Logs 45 0 -45"},
		// By the invoice: 90.0036 + 45.0036 = 135.0072 are 135.01, less 9.00; two tenths of a cent on a line do not show.
		{"rounded once", "invoice", []statement.Line{ec2, line("marketplace", "Logs", "50.004", "USD")},
			"INV-7 debit: net 146 146.01 0.01, tax 23.94 23.94 0, total 169.94 169.95 0.01"},
	} {
		t.Run(test.name, func(t *testing.T) {
			issued := issuedDocument(t, test.point, ec2, logs)
			if issued.Total.String() != "169.94" {
				t.Fatalf("the document is over %s", issued.Total)
			}
			if got := shownProposal(propose([]invoice.Invoice{issued}, statementOf(test.lines...))); got != test.want {
				t.Errorf("R18: proposed\n%s, want\n%s", got, test.want)
			}
		})
	}
}

// R19: the rates of an issued document are frozen; one that it has not is not
// guessed. A document that does not follow from its own lines is not corrected.
func TestProposeNot(t *testing.T) {
	ec2 := line("usage", "EC2", "100", "USD")
	issued := issuedDocument(t, "service", ec2)
	p := propose([]invoice.Invoice{issued}, statementOf(ec2, line("usage", "EC2", "9", "CNY")))
	if !strings.Contains(p.Problem, "no exchange rate from CNY to EUR for 2026-09") || !strings.Contains(p.Problem, "INV-7") || p.Kind != "" || len(p.Lines) > 0 {
		t.Errorf("R19: %+v", p)
	}
	issued.Total = issued.Total.Add(money.FromInt(1))
	if p := propose([]invoice.Invoice{issued}, statementOf(ec2)); !strings.Contains(p.Problem, "cannot be made again from its own lines") || p.Kind != "" {
		t.Errorf("R30: %+v", p)
	}
}

// Rules come back as the query writes them.
func TestPricedBy(t *testing.T) {
	text := func(s string) *string { return &s }
	got := []any{pricedBy(nil), *pricedBy(text("*")), *pricedBy(text("b\x1fr\x1flist")), *pricedBy(text("\x1f\x1fnet"))}
	want := []any{(*PricedBy)(nil), PricedBy{Several: true}, PricedBy{Book: "b", Rule: "r", Base: "list"}, PricedBy{Base: "net"}}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
