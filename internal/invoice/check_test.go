package invoice_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
)

// everything is sakura's month with a part in every section of the document.
func everything(t *testing.T) invoice.Invoice {
	s, set := sakura()
	with := &set.Group.Invoice
	with.ServiceDiscounts = []billing.ServiceDiscount{{Services: []string{"AWS Lambda"}, Accounts: []string{"111111111111"}, Percent: dec("-3")}}
	with.Support = []billing.Support{
		{Kind: "plan", Plan: "aws-business", Adjust: num("10")}, {Kind: "fixed", Amount: num("1000")},
	}
	with.Agency = []billing.AgencyFee{{Kind: "percent", Percent: num("2"), Scope: "account"}}
	with.BillingServices = []billing.ServiceUse{{Service: "managed"}}
	set.Services = []billing.BillingService{{ID: "managed", Name: "運用", Currency: "JPY", Kind: "percent", Percent: num("10"), Tax: "reduced"}}
	with.SpendCommitment = &billing.SpendCommitment{Amount: dec("300000"), Every: 1, From: month("2026-10")}
	with.Minimum = &billing.Minimum{Amount: dec("400000")}
	with.Coupons = []string{"WELCOME"}
	set.Coupons = []billing.Coupon{{Code: "WELCOME", Percent: num("1")}}
	with.Tax = append(with.Tax, billing.Tax{Category: "reduced", Percent: dec("8")})
	with.Prepaid, set.Balance = true, dec("1000")
	set.Rates = append(set.Rates, rate("2026-10", "EUR", "USD", "1.1", "common", ""))
	return draft(t, s, set)
}

// R32 e: no figure of a document can be changed without a difference that
// names it.
func TestCheckNamesTheFigure(t *testing.T) {
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
		"support fees":                                   func(inv *invoice.Invoice) { inv.Support = inv.Support[1:] },
		"support 1 aws-business: plan":                   func(inv *invoice.Invoice) { inv.Support[0].Plan = "aws-enterprise" },
		"support 1 aws-business: account":                func(inv *invoice.Invoice) { inv.Support[0].Account = "111111111111" },
		"support 1 aws-business: base":                   func(inv *invoice.Invoice) { more(&inv.Accounts[0].Lines[0].Cost) },
		"support 1 aws-business: base currency":          func(inv *invoice.Invoice) { inv.Support[0].BaseCurrency = "EUR" },
		"support 1 aws-business: band 1: part":           func(inv *invoice.Invoice) { more(&inv.Support[0].Base) },
		"support 1 aws-business: band 1: percent":        func(inv *invoice.Invoice) { more(&inv.Support[0].Bands[0].Percent) },
		"support 1 aws-business: minimum":                func(inv *invoice.Invoice) { inv.Support[0].Minimum = num("5") },
		"support 1 aws-business: adjust":                 func(inv *invoice.Invoice) { inv.Support[0].Adjust = nil },
		"support 1 aws-business: rate":                   func(inv *invoice.Invoice) { more(&inv.Support[0].Rate) },
		"support 1 aws-business: exact amount":           func(inv *invoice.Invoice) { more(&inv.Support[0].Exact) },
		"support 1 aws-business: amount":                 func(inv *invoice.Invoice) { more(&inv.Support[0].Amount) },
		"support 2 fixed: amount":                        func(inv *invoice.Invoice) { more(&inv.Support[1].Amount) },
		"support total":                                  func(inv *invoice.Invoice) { more(&inv.SupportTotal) },
		"agency fees":                                    func(inv *invoice.Invoice) { inv.Agency = nil },
		"agency fee 2 percent: account":                  func(inv *invoice.Invoice) { inv.Agency[1].Account = "" },
		"agency fee 2 percent: base":                     func(inv *invoice.Invoice) { more(&inv.Agency[1].Base) },
		"agency fee 2 percent: percent":                  func(inv *invoice.Invoice) { inv.Agency[1].Percent = num("3") },
		"agency fee 2 percent: exact amount":             func(inv *invoice.Invoice) { more(&inv.Agency[1].Exact) },
		"agency fee 2 percent: amount":                   func(inv *invoice.Invoice) { more(&inv.Agency[1].Amount) },
		"agency total":                                   func(inv *invoice.Invoice) { more(&inv.AgencyTotal) },
		"subtotal":                                       func(inv *invoice.Invoice) { more(&inv.Subtotal) },
		"discounts":                                      func(inv *invoice.Invoice) { inv.Discounts = inv.Discounts[:1] },
		"discount 1: services":                           func(inv *invoice.Invoice) { inv.Discounts[0].Services = nil },
		"discount 2: percent":                            func(inv *invoice.Invoice) { more(&inv.Discounts[1].Percent) },
		"discount 2: base":                               func(inv *invoice.Invoice) { inv.Discounts[1].Base = "subtotal" },
		"discount 2: amount":                             func(inv *invoice.Invoice) { more(&inv.Discounts[1].Amount) },
		"discount total":                                 func(inv *invoice.Invoice) { more(&inv.DiscountTotal) },
		"after discount":                                 func(inv *invoice.Invoice) { more(&inv.AfterDiscount) },
		"billing services":                               func(inv *invoice.Invoice) { inv.BillingServices = nil },
		"billing service 1 managed: base":                func(inv *invoice.Invoice) { more(&inv.BillingServices[0].Base) },
		"billing service 1 managed: amount":              func(inv *invoice.Invoice) { more(&inv.BillingServices[0].Amount) },
		"billing service 1 managed: tax":                 func(inv *invoice.Invoice) { inv.BillingServices[0].Tax = "" },
		"shortfalls":                                     func(inv *invoice.Invoice) { inv.Shortfalls = inv.Shortfalls[1:] },
		"shortfall 1 commitment: promised":               func(inv *invoice.Invoice) { more(&inv.Shortfalls[0].Promised) },
		"shortfall 1 commitment: counted":                func(inv *invoice.Invoice) { more(&inv.Shortfalls[0].Counted) },
		"shortfall 2 minimum: amount":                    func(inv *invoice.Invoice) { more(&inv.Shortfalls[1].Amount) },
		"additional items":                               func(inv *invoice.Invoice) { inv.AdditionalItems = inv.AdditionalItems[1:] },
		"additional item 1 運用サポート: amount":               func(inv *invoice.Invoice) { more(&inv.AdditionalItems[0].Amount) },
		"additional item 1 運用サポート: quantity":             func(inv *invoice.Invoice) { more(&inv.AdditionalItems[0].Quantity) },
		"additional item 1 運用サポート: unit price":           func(inv *invoice.Invoice) { more(&inv.AdditionalItems[0].UnitPrice) },
		"additional item 3 収入印紙: tax-free":               func(inv *invoice.Invoice) { inv.AdditionalItems[2].TaxFree = false },
		"coupons":                    func(inv *invoice.Invoice) { inv.Coupons = nil },
		"coupon 1 WELCOME: amount":   func(inv *invoice.Invoice) { more(&inv.Coupons[0].Amount) },
		"coupon 1 WELCOME: percent":  func(inv *invoice.Invoice) { inv.Coupons[0].Percent = nil },
		"before tax":                 func(inv *invoice.Invoice) { more(&inv.BeforeTax) },
		"tax-free":                   func(inv *invoice.Invoice) { more(&inv.TaxFree) },
		"taxes":                      func(inv *invoice.Invoice) { inv.Taxes = inv.Taxes[1:] },
		"tax 1 standard: base":       func(inv *invoice.Invoice) { more(&inv.Taxes[0].Base) },
		"tax 1 standard: percent":    func(inv *invoice.Invoice) { more(&inv.Taxes[0].Percent) },
		"tax 1 standard: amount":     func(inv *invoice.Invoice) { more(&inv.Taxes[0].Amount) },
		"tax 2 out-of-scope: reason": func(inv *invoice.Invoice) { inv.Taxes[1].Reason = "" },
		"tax 2 out-of-scope: base":   func(inv *invoice.Invoice) { more(&inv.Taxes[1].Base) },
		"tax total":                  func(inv *invoice.Invoice) { more(&inv.TaxTotal) },
		"total":                      func(inv *invoice.Invoice) { more(&inv.Total) },
		"prepaid balance":            func(inv *invoice.Invoice) { inv.PrepaidBalance = nil },
		"prepaid used":               func(inv *invoice.Invoice) { more(&inv.PrepaidUsed) },
		"carried":                    func(inv *invoice.Invoice) { more(&inv.Carried) },
		"payable":                    func(inv *invoice.Invoice) { more(&inv.Payable) },
		"document":                   func(inv *invoice.Invoice) { inv.Document = invoice.DocumentCreditNote },
		"digits":                     func(inv *invoice.Invoice) { inv.Digits = 2 },
		"rounding mode":              func(inv *invoice.Invoice) { inv.Rounding.Mode = money.Up },
		"rounding point":             func(inv *invoice.Invoice) { inv.Rounding.Point = "invoice" },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			inv := reread(t, everything(t))
			change(&inv)
			found := invoice.Check(inv)
			if !slices.ContainsFunc(found, func(d invoice.Difference) bool { return d.Name == name }) {
				t.Errorf("the change was not found, only %+v", found)
			}
		})
	}
}

// What is frozen is part of the proof: a document with other settings, or with
// another rate, is not what they make.
func TestCheckProvesTheSettings(t *testing.T) {
	tests := map[string]func(*invoice.Invoice){
		"discount 2: percent":             func(inv *invoice.Invoice) { inv.Frozen.Invoice.Discount.Percent = dec("6") },
		"support fees":                    func(inv *invoice.Invoice) { inv.Frozen.Invoice.Support = nil },
		"support 1 platinum: plan":        func(inv *invoice.Invoice) { inv.Frozen.Invoice.Support[0].Plan = "platinum" },
		"agency fee 1 percent: percent":   func(inv *invoice.Invoice) { inv.Frozen.Invoice.Agency[0].Percent = num("1") },
		"billing service 1 managed: base": func(inv *invoice.Invoice) { inv.Frozen.Services[0].Base = "before-discount" },
		"shortfall 1 commitment: counted": func(inv *invoice.Invoice) { inv.Frozen.Spent = dec("1") },
		"shortfall 2 minimum: promised":   func(inv *invoice.Invoice) { inv.Frozen.Invoice.Minimum.Amount = dec("400001") },
		"additional items":                func(inv *invoice.Invoice) { inv.Frozen.Items = inv.Frozen.Invoice.AdditionalItems },
		"coupon 1 WELCOME: amount":        func(inv *invoice.Invoice) { inv.Frozen.Coupons[0].Percent = num("2") },
		"tax 1 standard: percent":         func(inv *invoice.Invoice) { inv.Frozen.Invoice.Tax[0].Percent = dec("8") },
		"prepaid balance":                 func(inv *invoice.Invoice) { inv.Frozen.Balance = dec("999") },
		"digits":                          func(inv *invoice.Invoice) { inv.Frozen.Invoice.Rounding.Digits = nil },
		"rounding mode":                   func(inv *invoice.Invoice) { inv.Rounding.Mode = "floor" },
		"support 1 aws-business: rate":    func(inv *invoice.Invoice) { inv.Rates = inv.Rates[:1] },
		"account 222222222222 Amazon EC2: rate": func(inv *invoice.Invoice) {
			inv.Rates = append(inv.Rates, invoice.Rate{From: "USD", To: "JPY", Rate: dec("149"), Level: "payer", Payer: "900000000002"})
		},
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			inv := reread(t, everything(t))
			change(&inv)
			found := invoice.Check(inv)
			if !slices.ContainsFunc(found, func(d invoice.Difference) bool { return d.Name == name }) {
				t.Errorf("the change was not found, only %+v", found)
			}
		})
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

// sums are the figures of a document that follow from others wherever it was
// rounded.
var sums = []func(*invoice.Invoice) *money.Decimal{
	func(inv *invoice.Invoice) *money.Decimal { return &inv.UsageTotal },
	func(inv *invoice.Invoice) *money.Decimal { return &inv.UsageResidue },
	func(inv *invoice.Invoice) *money.Decimal { return &inv.SupportTotal },
	func(inv *invoice.Invoice) *money.Decimal { return &inv.AgencyTotal },
	func(inv *invoice.Invoice) *money.Decimal { return &inv.Subtotal },
	func(inv *invoice.Invoice) *money.Decimal { return &inv.DiscountTotal },
	func(inv *invoice.Invoice) *money.Decimal { return &inv.AfterDiscount },
	func(inv *invoice.Invoice) *money.Decimal { return &inv.BeforeTax },
	func(inv *invoice.Invoice) *money.Decimal { return &inv.TaxFree },
	func(inv *invoice.Invoice) *money.Decimal { return &inv.TaxTotal },
	func(inv *invoice.Invoice) *money.Decimal { return &inv.Total },
	func(inv *invoice.Invoice) *money.Decimal { return &inv.PrepaidUsed },
	func(inv *invoice.Invoice) *money.Decimal { return &inv.Carried },
	func(inv *invoice.Invoice) *money.Decimal { return &inv.Payable },
}

// A correction proves its sums, whatever differs between the two documents.
func TestCheckOfCorrection(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := drawing{T: r}
		s, set := d.input()
		issued := draft(r, s, set)
		restated, _ := d.input()
		set.Group.Invoice.Rounding.Point = drawn(d, "point of the correction", "service", "account", "invoice")
		set.Group.Invoice.Discount = &billing.Discount{Percent: d.percent("discount of the correction"), Base: "subtotal"}
		note, needed := invoice.Correct([]invoice.Invoice{issued}, draft(r, restated, set), "restated")
		if found := invoice.Check(note); needed && len(found) > 0 {
			r.Fatalf("the note does not prove itself: %+v", found)
		}
		sum := rapid.SampledFrom(sums).Draw(r, "sum")(&note)
		*sum = sum.Add(money.FromInt(1))
		if needed && len(invoice.Check(note)) == 0 {
			r.Fatalf("a sum was changed, and nobody noticed, in\n%s", text(r, note))
		}
	})
}
