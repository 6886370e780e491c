package einvoice

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// draw makes an invoice out of whatever settings there are that EN 16931 can say.
func draw(t *rapid.T) (statement.Statement, invoice.Settings) {
	s, set := between()
	number := func(label, form string) money.Decimal {
		return money.MustParse(rapid.StringMatching(form).Draw(t, label))
	}
	in := &set.Group.Invoice
	in.Tax = rapid.SampledFrom([][]billing.Tax{
		{{Category: "standard", Percent: money.MustParse("19")}, {Category: "reduced", Percent: money.MustParse("7")}, {Category: "exempt", Reason: "VATEX-EU-132"}},
		{{Category: "standard", Percent: money.MustParse("16")}, {Category: "reduced", Percent: money.MustParse("5")}, {Category: "exempt", Reason: "VATEX-EU-132"}},
		{{Category: "reduced", Percent: money.MustParse("5.5")}, {Category: "standard", Percent: money.MustParse("20")}, {Category: "exempt", Reason: "by law"}},
		{{Category: "reverse-charge", Reason: "VATEX-EU-AE"}, {Category: "reduced", Percent: money.MustParse("7")}, {Category: "exempt", Reason: "VATEX-EU-148"}},
	}).Draw(t, "taxes")
	in.Rounding.Mode = rapid.SampledFrom([]money.Rounding{money.HalfUp, money.HalfEven, money.Down, money.Up}).Draw(t, "mode")
	in.Rounding.Point = rapid.SampledFrom([]string{"service", "account", "invoice"}).Draw(t, "point")
	s.Accounts = nil
	for i := range rapid.IntRange(0, 3).Draw(t, "accounts") {
		account := statement.Account{ID: fmt.Sprint(i), Payer: "p"}
		for j := range rapid.IntRange(0, 3).Draw(t, "lines") {
			line := statement.Line{Kind: statement.Usage, Service: fmt.Sprint("S", j), Currency: "EUR", Amount: number("amount", `-?[0-9]{1,5}(\.[0-9]{1,6})?`)}
			if rapid.Bool().Draw(t, "entry") {
				line.Kind, line.Entry, line.TaxFree = statement.Entry, fmt.Sprint("E-", i, j), rapid.Bool().Draw(t, "tax-free")
			}
			account.Lines = append(account.Lines, line)
		}
		s.Accounts = append(s.Accounts, account)
	}
	for range rapid.IntRange(0, 3).Draw(t, "items") {
		item := billing.AdditionalItem{Label: "item", UnitPrice: number("price", `-?[0-9]{1,3}(\.[0-9]{1,4})?`), Quantity: number("quantity", `-?[0-9]{1,2}(\.[0-9]{1,3})?`)}
		if item.TaxFree = rapid.Bool().Draw(t, "tax-free item"); !item.TaxFree {
			item.Tax = rapid.SampledFrom([]string{"", "reduced", "exempt"}).Draw(t, "tax of the item")
		}
		in.AdditionalItems = append(in.AdditionalItems, item)
	}
	if rapid.Bool().Draw(t, "discount") {
		in.Discount = &billing.Discount{Percent: number("percent", `-?[0-9](\.[0-9])?`), Base: rapid.SampledFrom([]string{"usage", "usage+support", "subtotal"}).Draw(t, "base")}
	}
	if rapid.Bool().Draw(t, "support") {
		in.Support = []billing.Support{{Kind: "percent", Percent: some("3.3")}}
	}
	if rapid.Bool().Draw(t, "coupon") {
		in.Coupons, set.Coupons = []string{"C"}, []billing.Coupon{{Code: "C", Percent: some("2.5")}}
	}
	in.Prepaid, in.CarryCredit = rapid.Bool().Draw(t, "prepaid"), rapid.Bool().Draw(t, "carry")
	set.Balance = number("balance", `[0-9]{1,4}`)
	return s, set
}

// Whatever an invoice has, its e-invoice has it to the cent: lines, allowances and
// charges come to the total before tax (BR-CO-13) and, for each category and rate,
// to the base of its tax (BR-S-08); no price and no allowance is negative (BR-27);
// what was written reads back the same in both syntaxes. So it is with corrections,
// even when the taxes changed.
func TestConserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		inv := drawn(t)
		for _, name := range []string{"ubl", "cii", "xrechnung-ubl", "xrechnung", "peppol"} {
			p := profileFor(name)
			d, gaps := p.document(inv)
			for _, g := range gaps {
				if g.Rule != "BR-CO-17" { // a correction can have a tax that is no rate on its base
					t.Fatalf("%s: %s", name, g)
				}
			}
			conserved(t, inv, d)
			back, err := Read(p.encode(d).bytes())
			if err != nil {
				t.Fatal(err)
			}
			if got, want := fmt.Sprintf("%+v", plain(back)), fmt.Sprintf("%+v", plain(d)); got != want {
				t.Fatalf("%s: read back as\n%s\nwritten from\n%s", name, got, want)
			}
		}
	})
}

// drawn is an issued invoice, or a correction of one.
func drawn(t *rapid.T) invoice.Invoice {
	draft := func() invoice.Invoice {
		s, set := draw(t)
		inv, err := invoice.New(s, set, invoice.Inputs{}, false)
		if err != nil {
			t.Fatal(err)
		}
		return inv
	}
	inv := draft().Issue("R-1", *dayOf("2026-11-05"))
	if rapid.Bool().Draw(t, "corrected") {
		if note, needed := invoice.Correct([]invoice.Invoice{inv}, draft(), "restated"); needed {
			return note.Issue("N-1", *dayOf("2026-12-01"))
		}
	}
	return inv
}

func conserved(t *rapid.T, inv invoice.Invoice, d Document) {
	sign := money.FromInt(1)
	if inv.Document == invoice.DocumentCreditNote {
		sign = money.FromInt(-1)
	}
	sum, byRow := money.Zero, map[string]money.Decimal{}
	add := func(v VAT, amount money.Decimal) {
		sum = sum.Add(amount)
		byRow[way(v)] = byRow[way(v)].Add(amount)
	}
	for _, l := range d.Lines {
		if l.Price.Sign() < 0 {
			t.Fatalf("the price of line %s is %s", l.ID, l.Price)
		}
		add(l.VAT, l.Amount)
	}
	for _, a := range d.Adjustments {
		switch {
		case a.Amount.Sign() < 0:
			t.Fatalf("an adjustment is %s", a.Amount)
		case a.Charge:
			add(a.VAT, a.Amount)
		default:
			add(a.VAT, a.Amount.Neg())
		}
	}
	tax := money.Zero
	for _, row := range d.Taxes {
		if !byRow[way(row.VAT)].Equal(row.Base) {
			t.Fatalf("%s: %s are taxed so, the base is %s", way(row.VAT), byRow[way(row.VAT)], row.Base)
		}
		delete(byRow, way(row.VAT))
		tax = tax.Add(row.Amount)
	}
	switch {
	case len(byRow) > 0:
		t.Fatalf("no tax is stated for %v", byRow)
	case !sum.Equal(inv.BeforeTax.Mul(sign)) || !d.WithoutTax.Equal(sum):
		t.Fatalf("lines come to %s, the document says %s, the invoice %s", sum, d.WithoutTax, inv.BeforeTax)
	case !tax.Equal(inv.TaxTotal.Mul(sign)) || !d.Tax.Equal(tax):
		t.Fatalf("taxes come to %s, the document says %s, the invoice %s", tax, d.Tax, inv.TaxTotal)
	case !d.WithTax.Equal(d.WithoutTax.Add(d.Tax)) || !d.Payable.Equal(d.WithTax.Sub(d.Prepaid).Add(d.Rounding)):
		t.Fatalf("%s + %s = %s; − %s + %s = %s", d.WithoutTax, d.Tax, d.WithTax, d.Prepaid, d.Rounding, d.Payable)
	case !d.Payable.Equal(inv.Payable.Mul(sign)):
		t.Fatalf("payable %s, in the invoice %s", d.Payable, inv.Payable)
	}
}

// way is a category and a rate.
func way(v VAT) string {
	if v.Rate == nil {
		return v.Category
	}
	return v.Category + " " + v.Rate.String()
}

func profileFor(name string) profile {
	for _, p := range profiles {
		if p.name == name {
			return p
		}
	}
	panic(name)
}
