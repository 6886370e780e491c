package invoice_test

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// wantTax is a tax as the document has to state it.
type wantTax struct{ category, base, amount string }

func taxesAre(t *testing.T, s statement.Statement, currency string, with billing.InvoiceSettings, total string, want ...wantTax) {
	t.Helper()
	inv := draft(t, s, settings(currency, with))
	if len(inv.Taxes) != len(want) {
		t.Fatalf("R25: taxes %+v, want %v", inv.Taxes, want)
	}
	for i, w := range want {
		if inv.Taxes[i].Category != w.category {
			t.Errorf("R25: tax %d is of category %s, want %s", i, inv.Taxes[i].Category, w.category)
		}
		figure(t, w.category+": base", inv.Taxes[i].Base, w.base)
		figure(t, w.category+": amount", inv.Taxes[i].Amount, w.amount)
	}
	figure(t, "total", inv.Total, total)
}

// R25, the qualified invoice of Japan: once per rate, on all that has it. Three
// items of 33 yen at 8% are 7.92 together, rounded down 7; each alone would be 2.
func TestTaxOfReducedItems(t *testing.T) {
	food := billing.AdditionalItem{Label: "food", UnitPrice: dec("33"), Quantity: dec("1"), Tax: "reduced"}
	taxesAre(t, owed(account("1", usage("A", "JPY", "15"), usage("B", "JPY", "14"))), "JPY", billing.InvoiceSettings{
		Rounding:        billing.RoundingSettings{Mode: money.Down},
		AdditionalItems: []billing.AdditionalItem{food, food, food},
		Tax:             []billing.Tax{{Category: "standard", Percent: dec("10")}, {Category: "reduced", Percent: dec("8")}},
	}, "137", wantTax{"standard", "29", "2"}, wantTax{"reduced", "99", "7"})
}

// A rate that nothing names is not stated.
func TestTaxOfNothing(t *testing.T) {
	taxesAre(t, owed(account("1", usage("A", "JPY", "1000"))), "JPY", billing.InvoiceSettings{
		Tax: []billing.Tax{{Category: "standard", Percent: dec("10")}, {Category: "reduced", Percent: dec("8")}, {Category: "exempt", Reason: "none"}},
	}, "1100", wantTax{"standard", "1000", "100"})
}

// R25: taxes of one category are on the same base. India: 9% and 9% of 1,000.50;
// Canada: 5% of 100.10 is 5.005, 9.975% 9.984975.
func TestTaxesOnOneBase(t *testing.T) {
	taxesAre(t, owed(account("1", usage("A", "INR", "1000.5"))), "INR", billing.InvoiceSettings{
		Tax: []billing.Tax{{Category: "standard", Percent: dec("9"), Label: "CGST"}, {Category: "standard", Percent: dec("9"), Label: "SGST"}},
	}, "1180.60", wantTax{"standard", "1000.5", "90.05"}, wantTax{"standard", "1000.5", "90.05"})
	taxesAre(t, owed(account("1", usage("A", "CAD", "100.1"))), "CAD", billing.InvoiceSettings{
		Tax: []billing.Tax{{Category: "standard", Percent: dec("5"), Label: "GST"}, {Category: "standard", Percent: dec("9.975"), Label: "QST"}},
	}, "115.09", wantTax{"standard", "100.1", "5.01"}, wantTax{"standard", "100.1", "9.98"})
}

// R25: what is free of tax is out of the base and stated where its reason is:
// of 100 usage, a tax-free entry of 20 and a tax-free item of 5, 10% is on 100.
func TestTaxFree(t *testing.T) {
	free := entry("E-1", "USD", "20")
	free.TaxFree = true
	s := owed(account("1", usage("A", "USD", "100"), free))
	items := []billing.AdditionalItem{{Label: "stamp", UnitPrice: dec("5"), Quantity: dec("1"), TaxFree: true}}
	standard, exempt := billing.Tax{Category: "standard", Percent: dec("10")}, billing.Tax{Category: "exempt", Reason: "law"}
	taxesAre(t, s, "USD", billing.InvoiceSettings{AdditionalItems: items, Tax: []billing.Tax{standard, exempt}}, "135",
		wantTax{"standard", "100", "10"}, wantTax{"exempt", "25", "0"})
	taxesAre(t, s, "USD", billing.InvoiceSettings{AdditionalItems: items, Tax: []billing.Tax{standard}}, "135",
		wantTax{"standard", "100", "10"})

	// An item that names a category that is not charged stands under that one; the
	// tax-free ones stay under exempt.
	abroad := billing.AdditionalItem{Label: "abroad", UnitPrice: dec("7"), Quantity: dec("1"), Tax: "out-of-scope"}
	taxesAre(t, s, "USD", billing.InvoiceSettings{
		AdditionalItems: append(items, abroad), Tax: []billing.Tax{standard, {Category: "out-of-scope", Reason: "abroad"}, exempt},
	}, "142", wantTax{"standard", "100", "10"}, wantTax{"out-of-scope", "7", "0"}, wantTax{"exempt", "25", "0"})
	taxesAre(t, s, "USD", billing.InvoiceSettings{
		AdditionalItems: append(items, abroad), Tax: []billing.Tax{standard, exempt, {Category: "out-of-scope", Reason: "abroad"}},
	}, "142", wantTax{"standard", "100", "10"}, wantTax{"exempt", "25", "0"}, wantTax{"out-of-scope", "7", "0"})
}

// R25: all of a reverse-charge invoice is stated, and not charged; a negative
// base has a negative tax.
func TestReverseCharge(t *testing.T) {
	taxesAre(t, owed(account("1", usage("A", "EUR", "100"))), "EUR", billing.InvoiceSettings{
		Tax: []billing.Tax{{Category: "reverse-charge", Reason: "VATEX-EU-AE"}},
	}, "100", wantTax{"reverse-charge", "100", "0"})
	taxesAre(t, owed(account("1", usage("A", "EUR", "-100"))), "EUR", billing.InvoiceSettings{
		Tax: []billing.Tax{{Category: "standard", Percent: dec("19")}},
	}, "-119", wantTax{"standard", "-100", "-19"})
}

// Taxes that hold on the last day of the month: 8% until it, 10% from it on.
func TestDatedTaxes(t *testing.T) {
	with := billing.InvoiceSettings{Tax: []billing.Tax{
		{Category: "standard", Percent: dec("8"), To: day("2026-10-31")}, {Category: "standard", Percent: dec("10"), From: day("2026-10-31")},
	}}
	taxesAre(t, owed(account("1", usage("A", "USD", "100"))), "USD", with, "110", wantTax{"standard", "100", "10"})
	s := owed(account("1", usage("A", "USD", "100")))
	s.Period = month("2026-09")
	taxesAre(t, s, "USD", with, "108", wantTax{"standard", "100", "8"})
	with.Tax[0].To, with.Tax[1].From = day("2026-11-01"), day("2026-11-01")
	taxesAre(t, owed(account("1", usage("A", "USD", "100"))), "USD", with, "108", wantTax{"standard", "100", "8"})
}

// A billing service and an item may name their category: 100 usage at 10%, a
// service of 50 at 8%, an item of 20 at 10% by name.
func TestTaxByName(t *testing.T) {
	set := served(billing.BillingService{Kind: "fixed", Fixed: num("50"), Tax: "reduced"})
	set.Group.Invoice.AdditionalItems = []billing.AdditionalItem{{Label: "item", UnitPrice: dec("20"), Quantity: dec("1"), Tax: "standard"}}
	set.Group.Invoice.Tax = []billing.Tax{{Category: "standard", Percent: dec("10")}, {Category: "reduced", Percent: dec("8")}}
	inv := draft(t, owed(account("1", usage("A", "USD", "100"))), set)
	figure(t, "base at 10%", inv.Taxes[0].Base, "120")
	figure(t, "base at 8%", inv.Taxes[1].Base, "50")
	figure(t, "total", inv.Total, "186")

	set.Group.Invoice.Tax = set.Group.Invoice.Tax[:1]
	refuse(t, owed(account("1", usage("A", "USD", "100"))), set, "R25", "reduced", "declare it")
}
