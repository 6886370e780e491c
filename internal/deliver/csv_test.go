package deliver

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
	"pgregory.net/rapid"
)

// The rows above the total add up to it, and with those below it to what is to
// be paid: the totals are those of the hand-written documents.
func TestCSVAddsUp(t *testing.T) {
	for _, test := range []struct {
		inv            invoice.Invoice
		total, payable string
	}{
		{japaneseInvoice(), "323550", "323550"},
		{germanDraft(), "13713.58", "13713.58"},
		{creditNote(), "-144.6", "-144.6"},
		{fullInvoice(), "32271.8", "17271.8"},
		{correction(), "-104.01", "-104.01"},
		{debitNote(), "46046", "46046"},
		{qualifiedInvoice(), "1656080", "1656080"},
		{indianInvoice(), "118000", "118000"},
		{carriedCredit(), "-144.6", "0"},
	} {
		records := readCSV(t, render(t, "csv", test.inv))
		if total, payable := sumsOf(t, records); total.String() != test.total || payable.String() != test.payable {
			t.Errorf("the rows of %s add up to %s and %s, want %s and %s", test.inv.ID, total, payable, test.total, test.payable)
		}
	}
}

// sumsOf adds the rows of a CSV up to the total, and those from it on to what is
// payable; the rows total and payable must say the same.
func sumsOf(t fatal, records [][]string) (total, payable money.Decimal) {
	t.Helper()
	kind, amount := columnOf(records, "kind"), columnOf(records, "amount")
	sum := money.Zero
	for _, record := range records[1:] {
		written := dec(record[amount])
		switch record[kind] {
		case "total":
			total = sum
		case "payable":
			payable = sum
		default:
			sum = sum.Add(written)
			continue
		}
		if !written.Equal(sum) {
			t.Fatal("the row", record[kind], "has", written, "and those above it add up to", sum)
		}
	}
	return total, payable
}

// Everything on the full document is a row, in the order of section E.
func TestCSVKinds(t *testing.T) {
	records := readCSV(t, render(t, "csv", fullInvoice()))
	var got []string
	for _, record := range records[1:] {
		got = append(got, record[columnOf(records, "kind")]+" "+record[columnOf(records, "amount")])
	}
	want := []string{
		"usage 18000.00", "usage 4500.00", "marketplace 90.00", "entry 950.00", "entry 9.00", "usage 30.00", "usage 900.00",
		"support 2029.50", "support 27.90", "agency_fee 500.00", "discount -900.00", "discount 3.00", "discount -945.00",
		"billing_service 2000.00", "billing_service 40.00", "commitment 500.00", "minimum 265.60",
		"additional_item 300.50", "additional_item 2.00", "additional_item -52.50", "coupon -1259.72", "coupon -90.28",
		"tax 5369.80", "tax 2.00", "tax 0.00", "total 32271.80", "prepaid -15000.00", "payable 17271.80",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the rows are\n%q\nwant\n%q", got, want)
	}
}

// The full document in the accounting tools' columns: a discount for a service
// alone, a surcharge for a service of an account, the group's on the rest.
func TestAccountCSVFull(t *testing.T) {
	records := readCSV(t, render(t, "csv-account", fullInvoice()))
	var got []string
	for _, record := range records[1:] {
		got = append(got, strings.TrimRight(strings.Join(append(record[3:5:5], record[6:]...), "|"), "|"))
	}
	want := []string{
		"aws|111111111111|Service|Amazon Elastic Compute Cloud|18000.00|17100.00|17100.00",
		"aws|111111111111|Service|Amazon Simple Storage Service|4500.00|3600.00|3600.00",
		"aws|111111111111|Service|Datadog Pro|90.00|90.00|90.00",
		"aws|111111111111|ServiceFee|Reserved instance, upfront part 3 of 12|950.00|950.00|950.00",
		"aws|111111111111|ServiceFee|Domain registration example.org|9.00|9.00|0.00",
		"aws|111111111111|Account|_ACCOUNT_TOTAL|23549.00|21749.00|21740.00",
		"aws|111111111111|Product|_CUSTOM_SERVICE|2000.00|2000.00|2000.00",
		"azure|5f1c-staging|Service|Storage|30.00|33.00|33.00",
		"azure|5f1c-staging|Service|Virtual Machines|900.00|855.00|855.00",
		"azure|5f1c-staging|Account|_ACCOUNT_TOTAL|930.00|888.00|888.00",
		"aws||Product|_SUPPORT_BUSINESS|2029.50|2029.50|2029.50",
		"azure||Product|_SUPPORT|27.90|27.90|27.90",
		"||Product|_SUBSTITUTION|500.00|500.00|500.00",
		"||Product|_CUSTOM_SERVICE|40.00|40.00|40.00",
		// 765.60 short, 250 of items, 1350 of coupons: −334.40
		"||Product|_TOTAL|27036.40|26900.00|26889.00|-334.40|2040.00|5371.80|32271.80",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the rows are\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Documents as they are drafted from any statement and settings: the rows of
// both CSVs add up, whatever is rounded where.
func TestCSVOfAnyDocument(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, set := anyDraft(t)
		inv, err := invoice.New(s, set, invoice.Inputs{}, false)
		if err != nil {
			t.Fatal(err)
		}
		if total, payable := sumsOf(t, readCSV(t, render(t, "csv", inv))); !total.Equal(inv.Total) || !payable.Equal(inv.Payable) {
			t.Fatalf("the rows add up to %s and %s, want %s and %s", total, payable, inv.Total, inv.Payable)
		}
		checkAccountCSV(t, readCSV(t, render(t, "csv-account", inv)), inv)
	})
}

// On a note there may be nothing but a discount, or a service of an account: 1,000
// at 5% instead of 3% is 20 less, 15 for the service instead of 10 is 5 more.
func TestAccountCSVOfNote(t *testing.T) {
	made := func(discount, fixed string) invoice.Invoice {
		inv, err := invoice.New(statement.Statement{Group: "g", Period: month("2026-10"), Accounts: []statement.Account{
			{ID: "a", Payer: "p", Lines: []statement.Line{{Kind: statement.Usage, Service: "EC2", Currency: "USD", Amount: dec("1000")}}},
		}}, invoice.Settings{
			Group: billing.BillingGroup{ID: "g", Currency: "USD", Invoice: billing.InvoiceSettings{
				Discount: &billing.Discount{Percent: dec(discount)}, BillingServices: []billing.ServiceUse{{Service: "desk", Accounts: []string{"a"}}},
			}},
			Services: []billing.BillingService{{ID: "desk", Name: "Desk", Currency: "USD", Kind: "fixed", Fixed: pointer(fixed)}},
		}, invoice.Inputs{}, false)
		if err != nil {
			t.Fatal(err)
		}
		return inv
	}
	issued := made("3", "10").Issue("INV-1", *day("2026-11-01"))
	for _, test := range []struct{ discount, fixed, rows string }{
		{"5", "10", "_TOTAL 0.00 -20.00 free -20.00 custom 0.00"},
		{"3", "15", "_CUSTOM_SERVICE 5.00 5.00 free  custom \n_TOTAL 0.00 5.00 free 0.00 custom 5.00"},
	} {
		note, _ := invoice.Correct([]invoice.Invoice{issued}, made(test.discount, test.fixed), invoice.Resettled)
		var rows []string
		for _, r := range readCSV(t, render(t, "csv-account", note))[1:] {
			rows = append(rows, fmt.Sprintf("%s %s %s free %s custom %s", r[7], r[8], r[9], r[11], r[12]))
		}
		if got := strings.Join(rows, "\n"); got != test.rows {
			t.Errorf("%s%% and %s: the rows are\n%s\nwant\n%s", test.discount, test.fixed, got, test.rows)
		}
	}
}

// checkAccountCSV checks what writeAccountCSV says holds.
func checkAccountCSV(t *rapid.T, records [][]string, inv invoice.Invoice) {
	cell := func(record []string, name string) money.Decimal {
		if text := record[columnOf(records, name)]; text != "" {
			return dec(text)
		}
		return money.Zero
	}
	last := records[len(records)-1]
	charge, discounted, taxable, custom := money.Zero, money.Zero, money.Zero, money.Zero
	for _, record := range records[1 : len(records)-1] {
		name := record[columnOf(records, "ServiceName")]
		if name == "_ACCOUNT_TOTAL" {
			continue
		}
		discounted = discounted.Add(cell(record, "DiscountCharge"))
		taxable = taxable.Add(cell(record, "DiscountCharge - TaxFree"))
		if name == "_CUSTOM_SERVICE" {
			custom = custom.Add(cell(record, "Charge"))
			continue
		}
		charge = charge.Add(cell(record, "Charge"))
	}
	for _, item := range inv.AdditionalItems {
		if item.TaxFree {
			taxable = taxable.Sub(item.Amount)
		}
	}
	free := cell(last, "FreeFormat")
	same := func(name string, got, want money.Decimal) {
		if !got.Equal(want) {
			t.Fatalf("%s is %s, want %s", name, got, want)
		}
	}
	if inv.Rounding.Point == "service" {
		same("the sum of Charge", charge, cell(last, "Charge"))
	}
	same("the sum of DiscountCharge", discounted.Add(free), cell(last, "DiscountCharge"))
	same("the sum of DiscountCharge - TaxFree", taxable.Add(free), cell(last, "DiscountCharge - TaxFree"))
	same("the sum of custom services", custom, cell(last, "CustomService"))
	same("the total", cell(last, "DiscountCharge").Add(cell(last, "Tax")), cell(last, "Total"))
	same("the total of the document", cell(last, "Total"), inv.Total)
	if d := inv.Frozen.Invoice.Discount; inv.Rounding.Point != "service" || d != nil && d.Base != "usage" {
		return
	}
	// Rounded on lines, discounts on usage are spread without a remainder: the
	// document took as much off.
	off := money.Zero
	for _, account := range inv.Accounts {
		for _, line := range account.Lines {
			percent := linePercent(inv.Frozen.Invoice, account.Account, line)
			off = off.Add(line.Amount.Sub(line.Exact.Sub(line.Exact.Percent(percent)).Round(inv.Digits, inv.Rounding.Mode)))
		}
	}
	same("what discounts take off the lines", off, inv.DiscountTotal)
}

// anyDraft draws what a document is made of.
func anyDraft(t *rapid.T) (statement.Statement, invoice.Settings) {
	amount := func(name string) money.Decimal {
		return money.FromInt(rapid.Int64Range(-500_000, 5_000_000).Draw(t, name)).Mul(dec("0.0037"))
	}
	maybe := func(name string) bool { return rapid.Bool().Draw(t, name) }
	currency := rapid.SampledFrom([]money.Currency{"JPY", "EUR", "KWD"}).Draw(t, "currency")
	s := statement.Statement{Group: "acme", Period: month("2026-10")}
	for i := range rapid.IntRange(1, 3).Draw(t, "accounts") {
		account := statement.Account{ID: fmt.Sprintf("account-%d", i), Payer: "payer", Provider: "aws"}
		for j := range rapid.IntRange(0, 4).Draw(t, "lines") {
			kind := rapid.SampledFrom([]statement.Kind{statement.Usage, statement.Usage, statement.Marketplace, statement.Entry}).Draw(t, "kind")
			line := statement.Line{Kind: kind, Service: fmt.Sprintf("service-%d", j), Currency: "USD", Amount: amount("cost")}
			if kind == statement.Entry {
				line.Entry, line.TaxFree = fmt.Sprintf("E-%d-%d", i, j), maybe("free")
			}
			account.Lines = append(account.Lines, line)
		}
		s.Accounts = append(s.Accounts, account)
	}
	settings := billing.InvoiceSettings{
		Rounding: billing.RoundingSettings{
			Mode:  rapid.SampledFrom([]money.Rounding{money.HalfUp, money.HalfEven, money.Down, money.Up}).Draw(t, "mode"),
			Point: rapid.SampledFrom([]string{"service", "account", "invoice"}).Draw(t, "point"),
		},
		Tax: []billing.Tax{{Category: "standard", Percent: dec("10")}}, CarryCredit: maybe("carry"), Prepaid: maybe("prepaid"),
	}
	if maybe("discount") {
		settings.Discount = &billing.Discount{
			Percent: dec("7.5"), Base: rapid.SampledFrom([]string{"usage", "usage+support", "subtotal"}).Draw(t, "base"),
		}
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "service discounts") {
		d := billing.ServiceDiscount{Percent: money.FromInt(int64(11*i - 9))}
		if maybe("of services") {
			d.Services = []string{rapid.SampledFrom([]string{"service-0", "service-1", billing.OtherServices}).Draw(t, "service")}
		}
		if len(d.Services) == 0 || maybe("of accounts") {
			d.Accounts = []string{rapid.SampledFrom([]string{"account-0", "account-1"}).Draw(t, "account")}
		}
		settings.ServiceDiscounts = append(settings.ServiceDiscounts, d)
	}
	if maybe("support") {
		settings.Support = []billing.Support{{Kind: "plan", Plan: "aws-business"}}
	}
	if maybe("agency") {
		settings.Agency = []billing.AgencyFee{{Kind: "percent", Percent: pointer("3"), Scope: rapid.SampledFrom([]string{"group", "account"}).Draw(t, "scope")}}
	}
	if maybe("services") {
		settings.BillingServices = []billing.ServiceUse{{Service: "ops"}, {Service: "ops", Accounts: []string{"account-0"}}}
	}
	if maybe("minimum") {
		settings.Minimum = &billing.Minimum{Amount: dec("10000")}
	}
	if maybe("items") {
		settings.AdditionalItems = []billing.AdditionalItem{
			{Label: "a", UnitPrice: amount("price"), Quantity: dec("1.5")}, {Label: "b", UnitPrice: dec("20"), Quantity: dec("1"), TaxFree: true},
		}
	}
	if maybe("coupon") {
		settings.Coupons = []string{"C"}
	}
	return s, invoice.Settings{
		Customer: billing.Customer{ID: "acme"},
		Group:    billing.BillingGroup{ID: "acme", Customer: "acme", Currency: string(currency), Invoice: settings},
		Rates:    []billing.ExchangeRate{{Month: s.Period, From: "USD", To: currency, Rate: dec("1.2345"), Level: "common"}},
		Services: []billing.BillingService{{ID: "ops", Name: "Operations", Currency: currency, Kind: "percent", Percent: pointer("2")}},
		Coupons:  []billing.Coupon{{Code: "C", Percent: pointer("4")}},
		Balance:  dec("5000"),
	}
}

// The nearest discount is on a line, alone (R24): one for the service before one
// for the account, that before the group's.
func TestLinePercent(t *testing.T) {
	settings := billing.InvoiceSettings{
		Discount: &billing.Discount{Percent: dec("1"), Base: "usage"},
		ServiceDiscounts: []billing.ServiceDiscount{
			{Accounts: []string{"a"}, Percent: dec("2")},
			{Services: []string{"EC2"}, Percent: dec("3")},
			{Services: []string{"EC2"}, Accounts: []string{"b"}, Percent: dec("4")},
			{Services: []string{billing.OtherServices}, Accounts: []string{"c"}, Percent: dec("5")},
			{Services: []string{"Free"}, Percent: dec("0")},
		},
	}
	for _, test := range []struct{ account, service, want string }{
		{"a", "EC2", "3"}, {"a", "S3", "2"}, {"b", "EC2", "4"}, {"b", "S3", "1"}, {"c", "EC2", "3"}, {"c", "S3", "5"}, {"c", "Free", "0"}, {"a", "Free", "0"},
	} {
		line := invoice.Line{Kind: statement.Usage, Service: test.service}
		if got := linePercent(settings, test.account, line); got.String() != test.want {
			t.Errorf("the discount on %s of %s is %s%%, want %s%%", test.service, test.account, got, test.want)
		}
	}
	market := invoice.Line{Kind: statement.Marketplace, Service: "EC2"}
	if got := linePercent(settings, "a", market); !got.IsZero() {
		t.Errorf("the discount on marketplace is %s%%", got)
	}
}

// A document that is rounded on sums has a row for what its lines do not show.
func TestCSVRounding(t *testing.T) {
	inv := longInvoice(2) // 1.25 + 2.25
	inv.Rounding.Point = "invoice"
	for _, sum := range []*money.Decimal{&inv.UsageTotal, &inv.Subtotal, &inv.AfterDiscount, &inv.BeforeTax, &inv.Total, &inv.Payable} {
		*sum = dec("3.51")
	}
	records := readCSV(t, render(t, "csv", inv))
	at := slices.IndexFunc(records, func(record []string) bool { return record[columnOf(records, "kind")] == "rounding" })
	if at < 0 || records[at][columnOf(records, "amount")] != "0.01" {
		t.Errorf("the rows are %q, want one of kind rounding with 0.01", records)
	}
}
