package invoice_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// R31: the order in which accounts, lines and rates come changes nothing, and
// New leaves its arguments as they are.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s, set := drawing{T: r}.input()
		want := text(r, draft(r, s, set))
		shuffled := s
		shuffled.Accounts = nil
		for _, account := range s.Accounts {
			account.Lines = rapid.Permutation(account.Lines).Draw(r, "line order")
			shuffled.Accounts = append(shuffled.Accounts, account)
		}
		shuffled.Accounts = rapid.Permutation(shuffled.Accounts).Draw(r, "account order")
		set.Rates = rapid.Permutation(set.Rates).Draw(r, "rate order")
		before := written(r, shuffled, set)
		if got := text(r, draft(r, shuffled, set)); got != want {
			r.Fatalf("the order of the input changed the document from\n%s\nto\n%s", want, got)
		}
		if after := written(r, shuffled, set); after != before {
			r.Fatalf("New changed its arguments from\n%s\nto\n%s", before, after)
		}
	})
}

func written(t tester, values ...any) string {
	b, err := json.Marshal(values)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// R30, R31: a document is made again from its own lines and frozen settings, to
// the byte, and what is stored of it is the document.
func TestMadeAgain(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s, set := drawing{T: r}.input()
		inv := draft(r, s, set)
		want := text(r, inv)
		again, err := inv.Of(inv.Statement())
		if err != nil {
			r.Fatal(err)
		}
		if got := text(r, again); got != want {
			r.Fatalf("made again, the document is\n%s\nnot\n%s", got, want)
		}
		stored := reread(r, inv)
		if got := text(r, stored); got != want {
			r.Fatalf("stored, the document is\n%s\nnot\n%s", got, want)
		}
		if d := invoice.Check(stored); len(d) > 0 {
			r.Fatalf("what is stored does not prove itself: %+v", d)
		}
	})
}

// reread is the document as it is read from its JSON.
func reread(t tester, inv invoice.Invoice) (stored invoice.Invoice) {
	if err := json.Unmarshal([]byte(text(t, inv)), &stored); err != nil {
		t.Fatal(err)
	}
	return stored
}

// sumOf adds fractions of integers.
type sumOf struct{ big.Rat }

func (s *sumOf) add(numbers ...money.Decimal) {
	for _, n := range numbers {
		s.Add(&s.Rat, rational(n))
	}
}

func (s *sumOf) is(t tester, what string, whole money.Decimal) {
	t.Helper()
	if s.Cmp(rational(whole)) != 0 {
		t.Fatalf("%s is %s; its parts are %s", what, whole, s.FloatString(30))
	}
}

// R32 d, e: no money is lost on the way from the statement to the usage total,
// counted in fractions of integers: the costs of the lines are the statement's,
// and the roundings make the residue.
func TestConservation(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s, set := drawing{T: r}.input()
		inv := draft(r, s, set)
		costs := billing.Money{}
		exact, residue := new(big.Rat), new(big.Rat)
		for _, account := range inv.Accounts {
			sum, lines := new(big.Rat), new(big.Rat)
			for _, line := range account.Lines {
				costs.Add(line.CostCurrency, line.Cost)
				converted := new(big.Rat).Mul(rational(line.Cost), rational(line.Rate))
				sum.Add(sum, converted)
				lines.Add(lines, new(big.Rat).Sub(rational(line.Amount), converted))
			}
			exact.Add(exact, sum)
			switch inv.Rounding.Point {
			case "service":
				residue.Add(residue, lines)
			case "account":
				residue.Add(residue, new(big.Rat).Sub(rational(account.Total), sum))
			}
		}
		if inv.Rounding.Point == "invoice" {
			residue.Sub(rational(inv.UsageTotal), exact)
		}
		if diff := s.Total().Minus(costs); len(diff) > 0 {
			r.Fatalf("R32 d: statement − invoice = %v", diff)
		}
		if rational(inv.UsageResidue).Cmp(residue) != 0 {
			r.Fatalf("R32 e: the residue is %s, the roundings make %s", inv.UsageResidue, residue.FloatString(30))
		}
		if want := new(big.Rat).Add(exact, residue); rational(inv.UsageTotal).Cmp(want) != 0 {
			r.Fatalf("the usage total %s is not exact + residue, %s", inv.UsageTotal, want.FloatString(30))
		}
	})
}

// Section E: the parts of every section are the whole of it.
func TestPartsAreTheWhole(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s, set := drawing{T: r}.input()
		inv := draft(r, s, set)
		var support, agency, subtotal, discounts, before, taxes, total, payable sumOf
		for _, fee := range inv.Support {
			support.add(fee.Amount)
		}
		support.is(r, "support", inv.SupportTotal)
		for _, fee := range inv.Agency {
			agency.add(fee.Amount)
		}
		agency.is(r, "agency fee", inv.AgencyTotal)
		subtotal.add(inv.UsageTotal, inv.SupportTotal, inv.AgencyTotal)
		subtotal.is(r, "subtotal", inv.Subtotal)
		before.add(inv.Subtotal)
		for _, d := range inv.Discounts {
			discounts.add(d.Amount)
			before.add(d.Amount.Neg())
		}
		discounts.is(r, "discount", inv.DiscountTotal)
		before.is(r, "what is left after discount", inv.AfterDiscount)
		for _, s := range inv.BillingServices {
			before.add(s.Amount)
		}
		for _, s := range inv.Shortfalls {
			before.add(s.Amount)
		}
		for _, i := range inv.AdditionalItems {
			before.add(i.Amount)
		}
		for _, c := range inv.Coupons {
			before.add(c.Amount)
		}
		before.is(r, "before tax", inv.BeforeTax)
		for _, tax := range inv.Taxes {
			taxes.add(tax.Amount)
		}
		taxes.is(r, "tax", inv.TaxTotal)
		total.add(inv.BeforeTax, inv.TaxTotal)
		total.is(r, "total", inv.Total)
		payable.add(inv.Total, inv.PrepaidUsed.Neg(), inv.Carried)
		payable.is(r, "payable", inv.Payable)
		if inv.PrepaidUsed.Sign() < 0 || inv.PrepaidUsed.Cmp(larger(inv.Total, money.Zero)) > 0 || inv.PrepaidUsed.Cmp(larger(set.Balance, money.Zero)) > 0 {
			r.Fatalf("%s is used of a balance of %s for a total of %s", inv.PrepaidUsed, set.Balance, inv.Total)
		}
	})
}

func larger(a, b money.Decimal) money.Decimal {
	if a.Cmp(b) > 0 {
		return a
	}
	return b
}

// R25: the bases of the categories are all there is before tax, where something
// says why the tax-free amounts are free.
func TestTaxBasesAreTheWhole(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s, set := drawing{T: r}.input()
		inv := draft(r, s, set)
		if len(inv.Taxes) == 0 {
			return
		}
		var whole sumOf
		stated, exempt := map[string]bool{}, false
		for _, tax := range set.Group.Invoice.Tax {
			exempt = exempt || tax.Category == "exempt"
		}
		for _, tax := range inv.Taxes {
			if !stated[tax.Category] {
				whole.add(tax.Base)
			}
			stated[tax.Category] = true
		}
		if !exempt {
			whole.add(inv.TaxFree)
		}
		whole.is(r, "before tax", inv.BeforeTax)
	})
}

// R20, R26: the credit of all costs mirrors their invoice, number by number.
func TestCreditMirrorsInvoice(t *testing.T) {
	unturned := map[string]bool{"Rate": true, "Rates": true, "Percent": true, "Quantity": true, "Adjust": true}
	rapid.Check(t, func(r *rapid.T) {
		s, set := drawing{T: r, linear: true}.input()
		inv := draft(r, s, set)
		credit := draft(r, negated(s), withNegatedItems(set))
		mirror := map[string]money.Decimal{}
		numbers(&credit, func(path, _ string, n *money.Decimal) { mirror[path] = *n })
		numbers(&inv, func(path, field string, n *money.Decimal) {
			want := n.Neg()
			if unturned[field] {
				want = *n
			}
			if got, ok := mirror[path]; !ok || !got.Equal(want) {
				r.Fatalf("%s is %s, its mirror %s (%t)", path, n, got, ok)
			}
			delete(mirror, path)
		})
		if len(mirror) > 0 {
			r.Fatalf("only the mirror has %v", mirror)
		}
		documents := map[int]invoice.DocumentKind{-1: invoice.DocumentCreditNote, 0: invoice.DocumentInvoice, 1: invoice.DocumentInvoice}
		if inv.Document != documents[inv.Total.Sign()] || credit.Document != documents[-inv.Total.Sign()] {
			r.Fatalf("R26: a total of %s is a %s, its mirror a %s", inv.Total, inv.Document, credit.Document)
		}
	})
}

func negated(s statement.Statement) statement.Statement {
	turned := s
	turned.Accounts = nil
	for _, account := range s.Accounts {
		lines := account.Lines
		account.Lines = nil
		for _, line := range lines {
			line.Amount = line.Amount.Neg()
			account.Lines = append(account.Lines, line)
		}
		turned.Accounts = append(turned.Accounts, account)
	}
	return turned
}

func withNegatedItems(set invoice.Settings) invoice.Settings {
	turned := func(items []billing.AdditionalItem) (all []billing.AdditionalItem) {
		for _, item := range items {
			item.UnitPrice = item.UnitPrice.Neg()
			all = append(all, item)
		}
		return all
	}
	set.Items, set.Group.Invoice.AdditionalItems = turned(set.Items), turned(set.Group.Invoice.AdditionalItems)
	return set
}

// R24: a discount of 0 is no discount.
func TestDiscountOfZero(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s, set := drawing{T: r}.input()
		set.Group.Invoice.Discount, set.Group.Invoice.ServiceDiscounts = nil, nil
		inv := draft(r, s, set)
		set.Group.Invoice.Discount = &billing.Discount{Base: rapid.SampledFrom([]string{"", "usage", "usage+support", "subtotal"}).Draw(r, "base of 0")}
		anew := draft(r, s, set)
		anew.Frozen.Invoice.Discount = nil
		if got, want := text(r, anew), text(r, inv); got != want {
			r.Fatalf("a discount of 0 changed the document from\n%s\nto\n%s", want, got)
		}
	})
}

// R32 e: no number of a document can be changed without a difference. Rates are
// not amounts: one that turns nothing into nothing can be any.
func TestCheckFindsEveryAmount(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s, set := drawing{T: r}.input()
		inv := draft(r, s, set)
		var paths []string
		numbers(&inv, func(path, field string, _ *money.Decimal) {
			if field != "Rates" && field != "Rate" {
				paths = append(paths, path)
			}
		})
		changed, at := reread(r, inv), rapid.SampledFrom(paths).Draw(r, "figure")
		numbers(&changed, func(path, _ string, n *money.Decimal) {
			if path == at {
				*n = n.Add(money.FromInt(rapid.SampledFrom([]int64{-1, 1}).Draw(r, "by")))
			}
		})
		if len(invoice.Check(changed)) == 0 {
			r.Fatal(fmt.Sprintf("%s was changed, and nobody noticed, in\n%s", at, text(r, changed)))
		}
	})
}
