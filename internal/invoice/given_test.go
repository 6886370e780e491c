package invoice_test

import (
	"encoding/json"
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

var dec = money.MustParse

// tester is a test, or a round of a property.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

// num is a number of the settings that may be left out.
func num(s string) *money.Decimal {
	d := dec(s)
	return &d
}

func month(s string) billing.Period {
	p, err := billing.ParsePeriod(s)
	if err != nil {
		panic(err)
	}
	return p
}

func day(s string) *billing.Day {
	d, err := billing.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return &d
}

func usage(service string, currency money.Currency, amount string) statement.Line {
	return statement.Line{Kind: statement.Usage, Service: service, Currency: currency, Amount: dec(amount)}
}

func marketplace(service string, currency money.Currency, amount string) statement.Line {
	line := usage(service, currency, amount)
	line.Kind = statement.Marketplace
	return line
}

func entry(id string, currency money.Currency, amount string) statement.Line {
	return statement.Line{Kind: statement.Entry, Entry: id, Service: "entry", Currency: currency, Amount: dec(amount)}
}

// account is a section of a statement, under the payer "p" and the account's id.
func account(id string, lines ...statement.Line) statement.Account {
	return statement.Account{ID: id, Payer: "p" + id, Provider: "aws", Lines: lines}
}

// owed is the statement of group g of October 2026.
func owed(accounts ...statement.Account) statement.Statement {
	return statement.Statement{Group: "g", Period: month("2026-10"), Accounts: accounts}
}

// settings are those of group g, with invoices in the currency.
func settings(currency string, invoiced billing.InvoiceSettings) invoice.Settings {
	return invoice.Settings{Group: billing.BillingGroup{ID: "g", Currency: currency, Invoice: invoiced}}
}

func rate(in, from, to, rate, level, owner string) billing.ExchangeRate {
	r := billing.ExchangeRate{Month: month(in), From: money.Currency(from), To: money.Currency(to), Rate: dec(rate), Level: level}
	switch level {
	case "payer":
		r.Payer = owner
	case "group":
		r.Group = owner
	}
	return r
}

// draft makes the document and proves it.
func draft(t tester, s statement.Statement, set invoice.Settings) invoice.Invoice {
	t.Helper()
	inv, err := invoice.New(s, set, invoice.Inputs{Loads: []string{"01JB0000000000000000000000"}, Config: "sha256:00"}, false)
	if err != nil {
		t.Fatal(err)
	}
	if d := invoice.Check(inv); len(d) > 0 {
		t.Errorf("the document does not prove itself: %+v", d)
	}
	return inv
}

// refuse makes no document, and wants every word in the reason.
func refuse(t tester, s statement.Statement, set invoice.Settings, words ...string) {
	t.Helper()
	_, err := invoice.New(s, set, invoice.Inputs{}, false)
	namesAll(t, err, append(words, invoice.ID(s.Period, set.Group.ID, ""))...)
}

// namesAll wants an error with every word.
func namesAll(t tester, err error, words ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error; want one that names %q", words)
		return
	}
	for _, word := range words {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("the error %q does not name %s", err, word)
		}
	}
}

// figure compares one number of a document.
func figure(t tester, name string, got money.Decimal, want string) {
	t.Helper()
	if !got.Equal(dec(want)) {
		t.Errorf("%s is %s, want %s", name, got, want)
	}
}

func text(t tester, inv invoice.Invoice) string {
	t.Helper()
	b, err := json.MarshalIndent(inv, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b) + "\n"
}

// sakura is a Japanese customer with two payers, two provider currencies, a
// discount of 5% on usage, items and a tax-free item. By hand, in yen:
//
//	111111111111  AWS Lambda        −0.337 × 151.25 =     −50.97125   → −50
//	              Virtual Machines  88.125 × 162.4  =   14311.5       → 14311   account 14261
//	222222222222  Amazon EC2   1234.567891 × 149.5  =  184567.8997045 → 184567
//	              Datadog Pro          100 × 149.5  =   14950                   account 199517
//	usage         213778, exact 213778.4284545
//	discount      −50+48 (−48.4226875), 14311−13595 (13595.925), 184567−175339 (175339.504719275) = 9942
//	items         25000 × 2 = 50000; −333.4 × 1.5 = −500.1 → −500; 200 tax-free
//	before tax    213778 − 9942 + 49700 = 253536
//	tax           (253536 − 200) × 10% = 25333.6 → 25333
//	total         278869
func sakura() (statement.Statement, invoice.Settings) {
	s := statement.Statement{Group: "sakura-main", Period: month("2026-10"), Accounts: []statement.Account{
		{ID: "222222222222", Name: "開発", Payer: "900000000002", Lines: []statement.Line{marketplace("Datadog Pro", "USD", "100"), usage("Amazon EC2", "USD", "1234.567891")}},
		{ID: "111111111111", Name: "本番", Payer: "900000000001", Lines: []statement.Line{
			usage("Virtual Machines", "EUR", "88.125"), usage("AWS Lambda", "USD", "-0.337"),
		}},
	}}
	set := invoice.Settings{
		Reseller: billing.Reseller{
			Name: "Cloud Resale KK", Currency: "JPY", TaxRegistration: "T9234567890123", Contact: "billing@example.jp",
			Address: &billing.Address{Lines: []string{"丸の内1-2-3", "丸の内ビル 10階"}, City: "千代田区", Region: "東京都", PostalCode: "100-0005", Country: "JP"},
			Payment: []string{"みずほ銀行 丸の内支店 普通 1234567"},
		},
		Customer: billing.Customer{
			ID: "sakura", Name: "さくら製造株式会社", Contact: "経理部",
			Address: &billing.Address{Lines: []string{"1 Wall Street"}, City: "New York", Region: "NY", PostalCode: "10005", Country: "US"},
		},
		Group: billing.BillingGroup{
			ID: "sakura-main", Customer: "sakura", Currency: "JPY", Language: "ja",
			Invoice: billing.InvoiceSettings{
				Rounding: billing.RoundingSettings{Mode: money.Down},
				Discount: &billing.Discount{Percent: dec("5")},
				Tax: []billing.Tax{
					{Category: "standard", Percent: dec("10"), Label: "消費税"},
					{Category: "out-of-scope", Label: "不課税", Reason: "stamp duty"},
				},
				AdditionalItems: []billing.AdditionalItem{
					{Label: "運用サポート", UnitPrice: dec("25000"), Quantity: dec("2"), From: day("2026-10")},
					{Label: "調整", UnitPrice: dec("-333.4"), Quantity: dec("1.5"), To: day("2026-11")},
					{Label: "収入印紙", UnitPrice: dec("200"), Quantity: dec("1"), TaxFree: true},
					{Label: "終了", UnitPrice: dec("1"), Quantity: dec("1"), To: day("2026-10")},
					{Label: "開始前", UnitPrice: dec("1"), Quantity: dec("1"), From: day("2026-11")},
				},
				Note: "毎度ありがとうございます。",
			},
		},
		Rates: []billing.ExchangeRate{
			rate("2026-09", "USD", "JPY", "1", "payer", "900000000002"),
			rate("2026-10", "JPY", "USD", "2", "payer", "900000000002"),
			rate("2026-10", "USD", "JPY", "140", "group", "sakura-main"),
			rate("2026-10", "USD", "JPY", "149.5", "common", ""),
			rate("2026-10", "EUR", "JPY", "162.4", "common", ""),
			rate("2026-10", "USD", "JPY", "151.25", "payer", "900000000001"),
		},
	}
	return s, set
}
