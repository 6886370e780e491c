package invoice_test

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// R32 e: no figure of a document can be changed without a difference that
// names it.
func TestCheckFindsEveryChange(t *testing.T) {
	more := func(d *money.Decimal) { *d = d.Add(money.FromInt(1)) }
	tests := map[string]func(*invoice.Invoice){
		"account 111111111111 AWS Lambda: rate":          func(inv *invoice.Invoice) { more(&inv.Accounts[0].Lines[0].Rate) },
		"account 111111111111 AWS Lambda: exact amount":  func(inv *invoice.Invoice) { more(&inv.Accounts[0].Lines[0].Exact) },
		"account 111111111111 AWS Lambda: amount":        func(inv *invoice.Invoice) { more(&inv.Accounts[0].Lines[0].Amount) },
		"account 222222222222 Datadog Pro: exact amount": func(inv *invoice.Invoice) { more(&inv.Accounts[1].Lines[1].Cost) },
		"account 222222222222 Datadog Pro: rate":         func(inv *invoice.Invoice) { inv.Rates = inv.Rates[:1] },
		"account 222222222222 Amazon EC2: rate":          func(inv *invoice.Invoice) { inv.Accounts[1].Lines[0].CostCurrency = "JPY" },
		"account 222222222222: total":                    func(inv *invoice.Invoice) { more(&inv.Accounts[1].Total) },
		"usage total":                                    func(inv *invoice.Invoice) { more(&inv.UsageTotal) },
		"usage residue":                                  func(inv *invoice.Invoice) { more(&inv.UsageResidue) },
		"subtotal":                                       func(inv *invoice.Invoice) { more(&inv.Subtotal) },
		"discount":                                       func(inv *invoice.Invoice) { more(&inv.Discount.Amount) },
		"after discount":                                 func(inv *invoice.Invoice) { inv.Discount = nil },
		"additional item 1 運用サポート: amount":               func(inv *invoice.Invoice) { more(&inv.AdditionalItems[0].Quantity) },
		"before tax":                                     func(inv *invoice.Invoice) { inv.AdditionalItems = inv.AdditionalItems[1:] },
		"tax-free":                                       func(inv *invoice.Invoice) { inv.AdditionalItems[0].TaxFree = true },
		"tax 1 standard: base":                           func(inv *invoice.Invoice) { more(&inv.Taxes[0].Base) },
		"tax 1 standard: amount":                         func(inv *invoice.Invoice) { more(&inv.Taxes[0].Percent) },
		"tax 2 out-of-scope: base":                       func(inv *invoice.Invoice) { more(&inv.Taxes[1].Base) },
		"tax total":                                      func(inv *invoice.Invoice) { inv.Taxes = inv.Taxes[1:] },
		"total":                                          func(inv *invoice.Invoice) { more(&inv.Total) },
		"payable":                                        func(inv *invoice.Invoice) { more(&inv.Payable) },
		"document":                                       func(inv *invoice.Invoice) { inv.Document = "credit-note" },
		"rounding mode":                                  func(inv *invoice.Invoice) { inv.Rounding.Mode = "floor" },
	}
	for name, change := range tests {
		s, set := sakura()
		inv := draft(t, s, set)
		if d := invoice.Check(inv); len(d) > 0 {
			t.Fatalf("the document does not prove itself: %+v", d)
		}
		change(&inv)
		found := false
		for _, d := range invoice.Check(inv) {
			found = found || d.Name == name
		}
		if !found {
			t.Errorf("%s: the change was not found, only %+v", name, invoice.Check(inv))
		}
	}
}

// A difference says what the figure should be: 278869, by hand at sakura.
func TestCheckSaysWhatItShouldBe(t *testing.T) {
	s, set := sakura()
	inv := draft(t, s, set)
	inv.Total = dec("278870")
	inv.Payable = dec("278870")
	want := invoice.Difference{Name: "total", Want: "278869", Got: "278870"}
	if got := invoice.Check(inv); len(got) != 1 || got[0] != want {
		t.Errorf("differences %+v, want %+v alone", got, want)
	}
}
