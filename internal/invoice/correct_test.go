package invoice_test

import (
	"fmt"
	"maps"
	"math/big"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// figures are all amounts of a document that add up over its chain, each under
// what it is an amount of. What is nothing is left out.
func figures(documents ...invoice.Invoice) map[string]string {
	sums := map[string]*big.Rat{}
	for _, inv := range documents {
		add := func(amount money.Decimal, of ...any) {
			key := fmt.Sprintf("%q", of)
			if sums[key] == nil {
				sums[key] = new(big.Rat)
			}
			sums[key].Add(sums[key], rational(amount))
		}
		for _, a := range inv.Accounts {
			add(a.Total, "account", a.Account, a.Payer)
			for _, l := range a.Lines {
				for name, amount := range map[string]money.Decimal{"cost": l.Cost, "exact": l.Exact, "amount": l.Amount} {
					add(amount, name, a.Account, a.Payer, l.Kind, l.Service, l.Entry, l.CostCurrency, l.TaxFree)
				}
			}
		}
		for _, f := range inv.Support {
			add(f.Amount, "support", f.Kind, f.Plan, f.Provider, f.Account)
		}
		for _, f := range inv.Agency {
			add(f.Amount, "agency", f.Kind, f.Provider, f.Account)
		}
		for _, x := range inv.Discounts {
			add(x.Amount, "discount", x.Percent, x.Base, x.Services, x.Accounts)
		}
		for _, x := range inv.BillingServices {
			add(x.Amount, "service", x.ID, x.Account, x.Tax)
		}
		for _, x := range inv.Shortfalls {
			add(x.Amount, "shortfall", x.Kind)
		}
		for _, x := range inv.AdditionalItems {
			add(x.Amount, "item", x.Label, x.Tax, x.TaxFree)
		}
		for _, x := range inv.Coupons {
			add(x.Amount, "coupon", x.Code)
		}
		for _, x := range inv.Taxes {
			add(x.Base, "tax base", x.Category, x.Label, x.Percent, x.Reason)
			add(x.Amount, "tax", x.Category, x.Label, x.Percent, x.Reason)
		}
		for name, sum := range map[string]money.Decimal{
			"usage total": inv.UsageTotal, "usage residue": inv.UsageResidue, "support total": inv.SupportTotal, "agency total": inv.AgencyTotal,
			"subtotal": inv.Subtotal, "discount total": inv.DiscountTotal, "after discount": inv.AfterDiscount, "before tax": inv.BeforeTax,
			"tax-free": inv.TaxFree, "tax total": inv.TaxTotal, "total": inv.Total,
		} {
			add(sum, name)
		}
	}
	texts := map[string]string{}
	for key, sum := range sums {
		if sum.Sign() != 0 {
			texts[key] = sum.RatString()
		}
	}
	return texts
}

func sameFigures(t tester, what string, got, want map[string]string) {
	t.Helper()
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if got[key] != want[key] {
			t.Errorf("%s: %s is %q, want %q", what, key, got[key], want[key])
		}
	}
	for _, key := range slices.Sorted(maps.Keys(got)) {
		if want[key] == "" {
			t.Errorf("%s: %s is %q, want nothing", what, key, got[key])
		}
	}
}

// issued is a draft as it is read from the records once it is issued.
func issued(t tester, inv invoice.Invoice, number string) invoice.Invoice {
	t.Helper()
	return reread(t, inv.Issue(number, *day("2026-11-05")))
}

// proves wants a document that proves itself.
func proves(t tester, inv invoice.Invoice) {
	t.Helper()
	if d := invoice.Check(reread(t, inv)); len(d) > 0 {
		t.Errorf("%s does not prove itself: %+v", inv.ID, d)
	}
}

// R30, R32: whatever the provider restates and whoever changes the settings in
// between, the documents in force together are what the last state alone would be
// billed as, in every figure; each of them proves itself, and there is no note
// over nothing.
func TestCorrectionsAddUp(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := drawing{T: r}
		s, set := d.input()
		d.to = money.Currency(set.Group.Currency)
		chain := []invoice.Invoice{issued(r, draft(r, s, set), "I-1")}
		for range rapid.IntRange(1, 3).Draw(r, "restatements") {
			if d.maybe("only usage") {
				s, _ = d.input()
			} else {
				s, set = d.input()
			}
			anew := draft(r, s, set)
			note, needed := invoice.Correct(chain, anew, invoice.Restated)
			proves(r, note)
			all := append(slices.Clone(chain), note)
			want := figures(anew)
			sameFigures(r, "with the note", figures(all...), want)
			if moved := moves(figures(chain...), want); needed != moved {
				r.Fatalf("a note is needed: %t; money differs: %t", needed, moved)
			}
			kind := map[bool]invoice.DocumentKind{true: invoice.DocumentCreditNote, false: invoice.DocumentDebitNote}[note.Total.Sign() < 0]
			if note.Document != kind || note.ID != fmt.Sprintf("2026-10/g/%d", len(chain)+1) {
				r.Fatalf("%s over %s is a %s", note.ID, note.Total, note.Document)
			}
			if needed {
				chain = append(chain, issued(r, note, fmt.Sprint("N-", len(chain))))
			}
		}
		void := invoice.Void(chain, "sent to the wrong house")
		proves(r, void)
		chain = append(chain, issued(r, void, "N-9"))
		sameFigures(r, "voided", figures(chain...), nil)
		if left := invoice.InForce(chain); len(left) > 0 {
			r.Fatalf("voided, and %d documents are in force", len(left))
		}
	})
}

// moves tells whether two states differ in money to be paid or taxed.
func moves(was, is map[string]string) bool {
	for key := range maps.Keys(merged(was, is)) {
		var name string
		if _, err := fmt.Sscanf(key, "[%q", &name); err != nil {
			panic(err)
		}
		if slices.Contains([]string{"total", "before tax", "tax"}, name) && was[key] != is[key] {
			return true
		}
	}
	return false
}

func merged(a, b map[string]string) map[string]string {
	both := maps.Clone(a)
	maps.Copy(both, b)
	return both
}

// R19: the rates of an issued month do not change, with whatever notes in
// between; what a later month's rates say does not reach it.
func TestCorrectionsKeepRates(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := drawing{T: r}
		first, set := d.input()
		d.to = money.Currency(set.Group.Currency)
		chain := []invoice.Invoice{issued(r, draft(r, first, set), "I-1")}
		between, other := d.input()
		anew, err := invoice.Again(chain, between, other.Rates...)
		if err != nil {
			r.Fatal(err)
		}
		proves(r, anew)
		if note, needed := invoice.Correct(chain, anew, invoice.Restated); needed {
			chain = append(chain, issued(r, note, "N-1"))
		}
		back, err := invoice.Again(chain, first, d.rates(d.to)...)
		if err != nil {
			r.Fatal(err)
		}
		sameFigures(r, "back to what was issued", figures(back), figures(chain[0]))
	})
}

// R19: by hand. A month in euros of payer 1 has the payer's rate, one of payer 2
// the common one. What is not converted yet takes the month's rates of now.
func TestRatesOfCorrection(t *testing.T) {
	line := func(id, currency, amount string) statement.Account {
		return account(id, usage("EC2", money.Currency(currency), amount))
	}
	rates := []billing.ExchangeRate{
		rate("2026-10", "USD", "EUR", "0.9", "payer", "p1"), rate("2026-10", "USD", "EUR", "0.8", "common", ""),
	}
	set := settings("EUR", billing.InvoiceSettings{})
	set.Rates = rates
	now := []billing.ExchangeRate{
		rate("2026-10", "USD", "EUR", "0.5", "payer", "p1"), rate("2026-10", "USD", "EUR", "0.6", "payer", "p2"), rate("2026-10", "USD", "EUR", "0.7", "common", ""),
		rate("2026-10", "JPY", "EUR", "0.01", "common", ""),
	}
	tests := []struct {
		name       string
		was, is    statement.Statement
		now        []billing.ExchangeRate
		total, sum string
	}{
		{"the same payer", owed(line("1", "USD", "100")), owed(line("1", "USD", "200")), now, "90", "180"},
		{"the common rate, where payers have none", owed(line("2", "USD", "100")), owed(line("2", "USD", "200")), now, "80", "160"},
		{"another payer, whose rate was not looked at", owed(line("1", "USD", "100")), owed(line("1", "USD", "100"), line("2", "USD", "100")), now, "90", "150"},
		{"another payer without a rate of its own", owed(line("1", "USD", "100")), owed(line("1", "USD", "100"), line("3", "USD", "100")), now, "90", "160"},
		{"another currency", owed(line("1", "USD", "100")), owed(line("1", "USD", "100"), line("2", "JPY", "500")), now, "90", "95"},
		{"nothing left", owed(line("1", "USD", "100")), owed(), nil, "90", "0"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			chain := []invoice.Invoice{issued(t, draft(t, test.was, set), "I-1")}
			figure(t, "the invoice", chain[0].Total, test.total)
			anew, err := invoice.Again(chain, test.is, test.now...)
			if err != nil {
				t.Fatal(err)
			}
			figure(t, "anew", anew.Total, test.sum)
			note, _ := invoice.Correct(chain, anew, invoice.Restated)
			chain = append(chain, issued(t, note, "N-1"))

			// A note that says nothing of a currency does not forget its rate.
			back, err := invoice.Again(chain, test.was)
			if err != nil {
				t.Fatal(err)
			}
			figure(t, "back", back.Total, test.total)
		})
	}
	chain := []invoice.Invoice{issued(t, draft(t, owed(line("1", "USD", "100")), set), "I-1")}
	_, err := invoice.Again(chain, owed(line("1", "GBP", "1")), now...)
	namesAll(t, err, "R19", "GBP", "EUR", "2026-10")
}

// What a note says of a fee is true: 10% on 20 more of usage is 2; where 10% became
// 15%, the 5 that 100 of usage cost more are no percentage of what changed.
func TestCorrectionOfFees(t *testing.T) {
	made := func(cost, percent string) invoice.Invoice {
		return draft(t, owed(account("1", usage("A", "USD", cost))), settings("USD", billing.InvoiceSettings{
			Support: []billing.Support{{Kind: "percent", Percent: num(percent)}},
			Agency:  []billing.AgencyFee{{Kind: "greater", Percent: num("3"), Fixed: num("4")}},
		}))
	}
	issued := made("100", "10").Issue("INV-1", *day("2026-11-01"))
	for _, test := range []struct{ cost, percent, base, amount, support, agency string }{
		{"120", "10", "20", "2", "10", "none"}, // the agency fee is 4, and 3.60 would be less
		{"100", "15", "0", "5", "none", "none"},
		{"200", "10", "100", "10", "10", "none"}, // agency: 4 and 6
	} {
		note, _ := invoice.Correct([]invoice.Invoice{issued}, made(test.cost, test.percent), invoice.Resettled)
		figure(t, "base of support", note.Support[0].Base, test.base)
		figure(t, "support", note.Support[0].Amount, test.amount)
		if got := percentOf(note.Support[0]); got != test.support {
			t.Errorf("from 100 at 10%% to %s at %s%%, support says %s percent, want %s", test.cost, test.percent, got, test.support)
		}
		for _, fee := range note.Agency {
			if got := percentOf(fee); got != test.agency {
				t.Errorf("usage of %s: the agency fee says %s percent, want %s", test.cost, got, test.agency)
			}
		}
	}
}

func percentOf(f invoice.Fee) string {
	if f.Percent == nil {
		return "none"
	}
	return f.Percent.String()
}
