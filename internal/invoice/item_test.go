package invoice_test

import (
	"slices"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
)

// The minimum counts what is left after discount, and billing services; not
// items and tax: 100 − 10 + 20 is 110.
func TestMinimum(t *testing.T) {
	for least, want := range map[string]string{"150": "40", "110.01": "0.01", "110": "0", "50": "0"} {
		set := served(billing.BillingService{Kind: "fixed", Fixed: num("20")})
		settings := &set.Group.Invoice
		settings.Discount = &billing.Discount{Percent: dec("10")}
		settings.Minimum = &billing.Minimum{Amount: dec(least), Label: "Minimum charge"}
		settings.AdditionalItems = []billing.AdditionalItem{{Label: "item", UnitPrice: dec("1000"), Quantity: dec("1")}}
		settings.Tax = []billing.Tax{{Category: "standard", Percent: dec("10")}}
		inv := draft(t, owed(account("1", usage("A", "USD", "100"))), set)
		sum := dec("0")
		for _, s := range inv.Shortfalls {
			if s.Kind != "minimum" || s.Label != "Minimum charge" {
				t.Errorf("shortfall %+v, want one of the minimum", s)
			}
			sum = sum.Add(s.Amount)
		}
		figure(t, "shortfall to "+least, sum, want)
		figure(t, "before tax", inv.BeforeTax, dec("1110").Add(dec(want)).String())
	}
}

// A commitment of 1,000 is settled at the end of each interval of three months:
// what is missing is charged once.
func TestSpendCommitment(t *testing.T) {
	tests := []struct {
		name, base, month, spent, want string
		to                             string
	}{
		{"in the interval", "", "2026-10", "0", "0", ""},
		{"at its end", "", "2026-12", "600", "310", ""}, // 90 more after discount
		{"usage counts", "usage", "2026-12", "600", "300", ""},
		{"reached", "", "2026-12", "910", "0", ""},
		{"next interval", "", "2027-01", "0", "0", ""},
		{"end of the next interval", "", "2027-03", "0", "910", ""},
		{"before the first", "", "2026-09", "0", "0", ""},
		{"cut short", "", "2026-11", "600", "310", "2026-12"},
		{"over", "", "2026-12", "600", "0", "2026-12"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			spend := billing.SpendCommitment{Amount: dec("1000"), Every: 3, From: month("2026-10"), Base: test.base, Label: "Commitment"}
			if test.to != "" {
				to := month(test.to)
				spend.To = &to
			}
			set := settings("USD", billing.InvoiceSettings{SpendCommitment: &spend, Discount: &billing.Discount{Percent: dec("10")}})
			set.Spent = dec(test.spent)
			s := owed(account("1", usage("A", "USD", "100")))
			s.Period = month(test.month)
			inv := draft(t, s, set)
			sum := dec("0")
			for _, s := range inv.Shortfalls {
				sum = sum.Add(s.Amount)
			}
			figure(t, "shortfall", sum, test.want)
		})
	}
}

// What the commitment adds counts to the minimum: 100, 200 short of 300; then
// 200 short of 500.
func TestCommitmentAndMinimum(t *testing.T) {
	inv := draft(t, owed(account("1", usage("A", "USD", "100"))), settings("USD", billing.InvoiceSettings{
		SpendCommitment: &billing.SpendCommitment{Amount: dec("300"), Every: 1, From: month("2026-10")},
		Minimum:         &billing.Minimum{Amount: dec("500")},
	}))
	if len(inv.Shortfalls) != 2 || inv.Shortfalls[0].Kind != "commitment" || inv.Shortfalls[1].Kind != "minimum" {
		t.Fatalf("shortfalls %+v, want commitment and minimum", inv.Shortfalls)
	}
	figure(t, "commitment", inv.Shortfalls[0].Amount, "200")
	figure(t, "minimum", inv.Shortfalls[1].Amount, "200")
	figure(t, "before tax", inv.BeforeTax, "500")
}

func TestInterval(t *testing.T) {
	tests := []struct{ month, first, last, to string }{
		{"2026-09", "", "", ""},
		{"2026-10", "2026-10", "2026-12", ""},
		{"2026-12", "2026-10", "2026-12", ""},
		{"2027-01", "2027-01", "2027-03", ""},
		{"2028-05", "2028-04", "2028-06", ""},
		{"2027-01", "2027-01", "2027-01", "2027-02"},
		{"2027-02", "", "", "2027-02"},
		{"2026-12", "2026-10", "2026-12", "2027-01"},
	}
	for _, test := range tests {
		spend := billing.SpendCommitment{Every: 3, From: month("2026-10")}
		if test.to != "" {
			to := month(test.to)
			spend.To = &to
		}
		first, last, ok := invoice.Interval(spend, month(test.month))
		if ok != (test.first != "") || ok && (first.String() != test.first || last.String() != test.last) {
			t.Errorf("interval of %s until %q: %s to %s (%t), want %q to %q", test.month, test.to, first, last, ok, test.first, test.last)
		}
	}
}

// Coupons on 100 less 10%, with an item of 30: 120 is the most an amount takes.
func TestCoupons(t *testing.T) {
	percent := billing.Coupon{Code: "TEN", Percent: num("10")}
	amount := billing.Coupon{Code: "FIFTY", Amount: num("50"), Currency: "USD"}
	large := billing.Coupon{Code: "MUCH", Amount: num("500"), Currency: "USD"}
	until := func(c billing.Coupon, from, to *billing.Day) billing.Coupon { c.From, c.To = from, to; return c }
	tests := []struct {
		name    string
		coupons []billing.Coupon
		want    []string
		before  string
	}{
		{"percent", []billing.Coupon{percent}, []string{"-9"}, "111"},
		{"amount", []billing.Coupon{amount}, []string{"-50"}, "70"},
		{"no more than there is", []billing.Coupon{large}, []string{"-120"}, "0"},
		{"nothing is left", []billing.Coupon{large, amount}, []string{"-120"}, "0"},
		{"one after the other", []billing.Coupon{percent, amount, large}, []string{"-9", "-50", "-61"}, "0"},
		{"in its month", []billing.Coupon{until(percent, day("2026-10"), day("2026-11"))}, []string{"-9"}, "111"},
		{"not yet", []billing.Coupon{until(percent, day("2026-11"), nil)}, nil, "120"},
		{"not any more", []billing.Coupon{until(percent, nil, day("2026-10"))}, nil, "120"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			set := settings("USD", billing.InvoiceSettings{
				Discount:        &billing.Discount{Percent: dec("10")},
				AdditionalItems: []billing.AdditionalItem{{Label: "item", UnitPrice: dec("30"), Quantity: dec("1")}},
			})
			set.Coupons = test.coupons
			for _, c := range test.coupons {
				set.Group.Invoice.Coupons = append(set.Group.Invoice.Coupons, c.Code)
			}
			inv := draft(t, owed(account("1", usage("A", "USD", "100"))), set)
			if len(inv.Coupons) != len(test.want) {
				t.Fatalf("coupons %+v, want %v", inv.Coupons, test.want)
			}
			for i, want := range test.want {
				figure(t, inv.Coupons[i].Code, inv.Coupons[i].Amount, want)
			}
			figure(t, "before tax", inv.BeforeTax, test.before)
		})
	}
}

func TestCouponRefuses(t *testing.T) {
	s := owed(account("1", usage("A", "USD", "100")))
	set := settings("USD", billing.InvoiceSettings{Coupons: []string{"FIFTY"}})
	refuse(t, s, set, "FIFTY", "not declared", "coupons")
	set.Coupons = []billing.Coupon{{Code: "FIFTY", Amount: num("50"), Currency: "EUR"}}
	refuse(t, s, set, "FIFTY", "EUR", "USD")
	set.Coupons = []billing.Coupon{{Code: "FIFTY", Percent: num("50"), Groups: []string{"h"}}}
	refuse(t, s, set, "FIFTY", "billing group g")
}

// Items are unit price × quantity, each rounded; those of the month come after
// the standing ones.
func TestItems(t *testing.T) {
	set := settings("USD", billing.InvoiceSettings{AdditionalItems: []billing.AdditionalItem{
		{Label: "hours", UnitPrice: dec("33.33"), Quantity: dec("1.5")}, // 49.995
		{Label: "refund", UnitPrice: dec("-10"), Quantity: dec("1")},
	}})
	set.Items = []billing.AdditionalItem{{Label: "once", UnitPrice: dec("5"), Quantity: dec("2")}}
	inv := draft(t, owed(), set)
	want := []struct{ label, amount string }{{"hours", "50"}, {"refund", "-10"}, {"once", "10"}}
	if len(inv.AdditionalItems) != len(want) {
		t.Fatalf("items %+v, want %v", inv.AdditionalItems, want)
	}
	for i, w := range want {
		if inv.AdditionalItems[i].Label != w.label {
			t.Errorf("item %d is %s, want %s", i, inv.AdditionalItems[i].Label, w.label)
		}
		figure(t, w.label, inv.AdditionalItems[i].Amount, w.amount)
	}
	figure(t, "total", inv.Total, "50")
}

// A document goes to one customer: it does not name the other groups that may use a
// coupon, and is made again from what it says.
func TestCouponOfSeveralGroups(t *testing.T) {
	set := settings("USD", billing.InvoiceSettings{Coupons: []string{"SPRING"}})
	set.Coupons = []billing.Coupon{{Code: "SPRING", Percent: num("10"), Groups: []string{"rival", "g"}}}
	inv := draft(t, owed(account("1", usage("A", "USD", "100"))), set)
	figure(t, "total", inv.Total, "90")
	if got := inv.Frozen.Coupons[0].Groups; !slices.Equal(got, []string{"g"}) {
		t.Errorf("the document names the groups %q, want its own alone", got)
	}
	again, err := inv.Of(inv.Statement())
	if err != nil {
		t.Fatal(err)
	}
	figure(t, "total of the document made again", again.Total, "90")
	if got := set.Coupons[0].Groups; len(got) != 2 {
		t.Errorf("the declared coupon is for %q now", got)
	}
}
