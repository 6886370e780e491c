package focus

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// Whatever a document is made of, and whatever conversion left of its charges, its
// rows come to what it asks for; one that does not add up is refused.
func TestLinesAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cents := func(name string, least, most int64) money.Decimal {
			return money.FromInt(rapid.Int64Range(least, most).Draw(t, name)).Mul(money.MustParse("0.01"))
		}
		inv := invoice.Invoice{ID: "2026-09/a", Period: billing.PeriodOf(billing.Day(20_700).Time()), Currency: "USD", Digits: 2}
		charged := money.FromInt(rapid.Int64Range(-1_000_000, 1_000_000).Draw(t, "charged")).Mul(money.MustParse("0.0000001"))
		entry := cents("entry", -500, 500)
		inv.Accounts = []invoice.Account{{Account: "1", Lines: []invoice.Line{
			{Kind: statement.Usage, Service: "EC2", Amount: charged.Round(2, money.HalfUp)}, {Kind: statement.Entry, Service: "Credit", Amount: entry},
		}}}
		inv.UsageTotal = charged.Round(2, money.HalfUp).Add(entry)
		item, coupon, tax := cents("item", -900, 900), cents("coupon", -300, 0), cents("tax", -100, 900)
		inv.AdditionalItems = []invoice.Item{{Label: "Desk", Amount: item}}
		inv.Coupons = []invoice.Coupon{{Code: "C", Amount: coupon}}
		inv.Taxes = []invoice.Tax{{Category: "standard", Percent: money.FromInt(10), Amount: tax}}
		inv.PrepaidUsed, inv.Carried = cents("prepaid", 0, 100), cents("carried", 0, 100)
		inv.Payable = money.Sum(inv.UsageTotal, item, coupon, tax, inv.PrepaidUsed.Neg(), inv.Carried)
		if rapid.Bool().Draw(t, "note") {
			inv.Corrects = &invoice.Reference{ID: "2026-09/a", Number: "1"}
			charged = money.Zero // a note's rows are its own lines
		}
		p := paper{known: true, Invoice: inv}
		lines, err := p.lines(charged)
		if err != nil {
			t.Fatal(err)
		}
		sum := charged
		for _, l := range lines {
			sum = sum.Add(l.amount)
		}
		if !sum.Equal(inv.Payable) {
			t.Fatalf("the rows come to %s, the document asks for %s", sum, inv.Payable)
		}
		p.Payable = p.Payable.Add(money.FromInt(1))
		if _, err := p.lines(charged); err == nil {
			t.Fatal("a document that does not add up has rows")
		}
	})
}
