package invoice_test

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

var currencies = []money.Currency{"USD", "EUR", "JPY", "KWD"}

func drawDecimal(t *rapid.T, form, label string) money.Decimal {
	return dec(rapid.StringMatching(form).Draw(t, label))
}

// drawInput makes any statement with settings that fit it.
func drawInput(t *rapid.T) (statement.Statement, invoice.Settings) {
	s := statement.Statement{Group: "g", Period: month("2026-10")}
	for i := range rapid.IntRange(0, 4).Draw(t, "accounts") {
		account := statement.Account{ID: fmt.Sprint(i), Payer: rapid.SampledFrom([]string{"p1", "p2"}).Draw(t, "payer")}
		for range rapid.IntRange(0, 4).Draw(t, "lines") {
			account.Lines = append(account.Lines, statement.Line{
				Kind:     rapid.SampledFrom([]statement.Kind{statement.Usage, statement.Marketplace}).Draw(t, "kind"),
				Service:  rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "service"),
				Currency: rapid.SampledFrom(currencies).Draw(t, "currency"),
				Amount:   drawDecimal(t, `-?[0-9]{1,6}(\.[0-9]{1,18})?`, "amount"),
			})
		}
		s.Accounts = append(s.Accounts, account)
	}
	to := rapid.SampledFrom(currencies).Draw(t, "to")
	set := invoice.Settings{Group: billing.BillingGroup{ID: "g", Currency: string(to)}}
	for _, from := range currencies {
		for _, level := range []string{"common", "payer", "group"} {
			if level != "common" && rapid.Bool().Draw(t, "only the common rate") {
				continue
			}
			owner := map[string]string{"payer": "p1", "group": "g"}[level]
			r := drawDecimal(t, `[1-9][0-9]{0,3}(\.[0-9]{1,6})?`, "rate").String()
			set.Rates = append(set.Rates, rate("2026-10", string(from), string(to), r, level, owner))
		}
	}
	settings := &set.Group.Invoice
	settings.Exchange = rapid.SampledFrom([]string{"", "payer", "group"}).Draw(t, "exchange")
	settings.Rounding.Mode = rapid.SampledFrom([]money.Rounding{"", money.HalfUp, money.HalfEven, money.Down, money.Up}).Draw(t, "mode")
	settings.Rounding.Point = rapid.SampledFrom([]string{"", "service", "account", "invoice"}).Draw(t, "point")
	if rapid.Bool().Draw(t, "discounted") {
		settings.Discount = &billing.Discount{
			Percent: drawDecimal(t, `[0-9]{1,2}(\.[0-9]{1,4})?`, "discount"),
			Base:    rapid.SampledFrom([]string{"", "usage", "subtotal"}).Draw(t, "discount base"),
		}
	}
	for range rapid.IntRange(0, 3).Draw(t, "items") {
		settings.AdditionalItems = append(settings.AdditionalItems, billing.AdditionalItem{
			Label: "item", TaxFree: rapid.Bool().Draw(t, "tax-free"),
			UnitPrice: drawDecimal(t, `-?[0-9]{1,4}(\.[0-9]{1,4})?`, "unit price"),
			Quantity:  drawDecimal(t, `[0-9]{1,2}(\.[0-9]{1,4})?`, "quantity"),
		})
	}
	for range rapid.IntRange(0, 2).Draw(t, "taxes") {
		settings.Tax = append(settings.Tax, billing.Tax{Category: "standard", Percent: drawDecimal(t, `[0-9]{1,2}(\.[0-9]{1,3})?`, "tax")})
	}
	if len(settings.Tax) > 0 && rapid.Bool().Draw(t, "exempt") {
		settings.Tax = append(settings.Tax, billing.Tax{Category: "exempt", Reason: "law"})
	}
	return s, set
}

// R31: the order in which accounts, lines and rates come changes nothing, and
// New leaves them as they are.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s, set := drawInput(r)
		want := text(t, draft(t, s, set))
		shuffled := s
		shuffled.Accounts = nil
		for _, account := range s.Accounts {
			account.Lines = rapid.Permutation(account.Lines).Draw(r, "line order")
			shuffled.Accounts = append(shuffled.Accounts, account)
		}
		shuffled.Accounts = rapid.Permutation(shuffled.Accounts).Draw(r, "account order")
		set.Rates = rapid.Permutation(set.Rates).Draw(r, "rate order")
		before := fmt.Sprint(shuffled, set.Rates)
		if got := text(t, draft(t, shuffled, set)); got != want {
			r.Fatalf("the order of the input changed the document from\n%s\nto\n%s", want, got)
		}
		if fmt.Sprint(shuffled, set.Rates) != before {
			r.Fatal("New changed its arguments")
		}
	})
}

func rational(d money.Decimal) *big.Rat {
	r, ok := new(big.Rat).SetString(d.String())
	if !ok {
		panic(d.String())
	}
	return r
}

// R32 d, e: no money is lost on the way, counted in fractions of integers. The
// costs of the lines are the statement's; the residues of the roundings are
// what the usage total differs by; total = before tax + tax.
func TestConservation(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s, set := drawInput(r)
		inv := draft(t, s, set)
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
		total := rational(inv.BeforeTax)
		for _, tax := range inv.Taxes {
			total.Add(total, rational(tax.Amount))
		}
		if rational(inv.Total).Cmp(total) != 0 {
			r.Fatalf("the total %s is not before tax + tax, %s", inv.Total, total.FloatString(30))
		}
		if d := invoice.Check(inv); len(d) > 0 {
			r.Fatalf("the document does not prove itself: %+v", d)
		}
	})
}

// figures are the document's numbers that turn their sign with the costs.
func figures(inv invoice.Invoice) []money.Decimal {
	all := []money.Decimal{
		inv.UsageTotal, inv.Subtotal, inv.AfterDiscount, inv.BeforeTax, inv.TaxFree, inv.TaxTotal, inv.Total, inv.Payable, inv.UsageResidue,
	}
	if inv.Discount != nil {
		all = append(all, inv.Discount.Amount)
	}
	for _, item := range inv.AdditionalItems {
		all = append(all, item.Amount)
	}
	for _, tax := range inv.Taxes {
		all = append(all, tax.Base, tax.Amount)
	}
	for _, account := range inv.Accounts {
		all = append(all, account.Total)
		for _, line := range account.Lines {
			all = append(all, line.Exact, line.Amount)
		}
	}
	return all
}

// R20, R26: the credit of all costs mirrors their invoice, number by number.
func TestCreditMirrorsInvoice(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s, set := drawInput(r)
		for i := range s.Accounts { // one line a service, so that the mirrored lines stand in the same places
			for j := range s.Accounts[i].Lines {
				s.Accounts[i].Lines[j].Service = fmt.Sprint(j)
			}
		}
		inv := draft(t, s, set)
		for i := range s.Accounts {
			for j, line := range s.Accounts[i].Lines {
				s.Accounts[i].Lines[j].Amount = line.Amount.Neg()
			}
		}
		for i, item := range set.Group.Invoice.AdditionalItems {
			set.Group.Invoice.AdditionalItems[i].UnitPrice = item.UnitPrice.Neg()
		}
		credit := draft(t, s, set)
		mirrored := figures(credit)
		for i, figure := range figures(inv) {
			if !mirrored[i].Equal(figure.Neg()) {
				r.Fatalf("figure %d is %s, its mirror %s", i, figure, mirrored[i])
			}
		}
		documents := map[int]string{-1: "credit-note", 0: "invoice", 1: "invoice"}
		if inv.Document != documents[inv.Total.Sign()] || credit.Document != documents[-inv.Total.Sign()] {
			r.Fatalf("R26: a total of %s is a %s, its mirror a %s", inv.Total, inv.Document, credit.Document)
		}
	})
}

// R24: a discount of 0 is no discount.
func TestDiscountOfZero(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s, set := drawInput(r)
		set.Group.Invoice.Discount = nil
		want := text(t, draft(t, s, set))
		base := rapid.SampledFrom([]string{"", "usage", "subtotal"}).Draw(r, "base of 0")
		set.Group.Invoice.Discount = &billing.Discount{Base: base}
		if got := text(t, draft(t, s, set)); got != want {
			r.Fatalf("a discount of 0 changed the document from\n%s\nto\n%s", want, got)
		}
	})
}
