package invoice_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

var update = flag.Bool("update", false, "write the golden files anew")

var dec = money.MustParse

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
	market := usage("Datadog Pro", "USD", "100")
	market.Kind = statement.Marketplace
	s := statement.Statement{Group: "sakura-main", Period: month("2026-10"), Accounts: []statement.Account{
		{ID: "222222222222", Name: "開発", Payer: "900000000002", Lines: []statement.Line{market, usage("Amazon EC2", "USD", "1234.567891")}},
		{ID: "111111111111", Name: "本番", Payer: "900000000001", Lines: []statement.Line{
			usage("Virtual Machines", "EUR", "88.125"), usage("AWS Lambda", "USD", "-0.337"),
		}},
	}}
	set := invoice.Settings{
		Reseller: billing.Reseller{
			Name: "Cloud Resale KK", Currency: "JPY", TaxRegistration: "T1234567890123", Contact: "billing@example.jp",
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

func draft(t testing.TB, s statement.Statement, set invoice.Settings) invoice.Invoice {
	t.Helper()
	inv, err := invoice.New(s, set, invoice.Inputs{Loads: []string{"01JB0000000000000000000000"}, Config: "sha256:00"}, false)
	if err != nil {
		t.Fatal(err)
	}
	return inv
}

func text(t testing.TB, inv invoice.Invoice) string {
	t.Helper()
	b, err := json.MarshalIndent(inv, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b) + "\n"
}

// R19, R20, R24, R25, R31: the numbers of the golden file are those worked out
// at sakura.
func TestIssuedDocument(t *testing.T) {
	s, set := sakura()
	inv := draft(t, s, set)
	if inv.Number != "" || inv.IssueDate != nil || inv.DueDate != nil || inv.State != invoice.Draft {
		t.Errorf("the draft is issued already: %s", text(t, inv))
	}
	got := text(t, inv.Issue("INV-2026-000001", *day("2026-11-05")))
	golden := filepath.Join("testdata", "sakura.json")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal([]byte(got), want) {
		t.Errorf("the document is not %s (run with -update and review the change):\n%s", golden, got)
	}
}

// R19: the group chooses between its own rate and the payer's; the common one
// stands in for the one chosen, and for nothing else.
func TestExchangeLevel(t *testing.T) {
	tests := []struct{ level, account, want string }{
		{"", "111111111111", "151.25"},
		{"payer", "111111111111", "151.25"},
		{"payer", "222222222222", "149.5"},
		{"group", "111111111111", "140"},
		{"group", "222222222222", "140"},
	}
	for _, test := range tests {
		s, set := sakura()
		set.Group.Invoice.Exchange = test.level
		for _, account := range draft(t, s, set).Accounts {
			for _, line := range account.Lines {
				if account.Account == test.account && line.CostCurrency == "USD" && line.Rate.String() != test.want {
					t.Errorf("R19: exchange %q gave account %s the rate %s, want %s", test.level, test.account, line.Rate, test.want)
				}
			}
		}
	}
}

func TestSameCurrencyHasNoRate(t *testing.T) {
	s, set := sakura()
	s.Accounts[0].Lines = []statement.Line{usage("Elastic Compute Service", "JPY", "12.9")}
	s.Accounts = s.Accounts[:1]
	inv := draft(t, s, set)
	if line := inv.Accounts[0].Lines[0]; line.Rate.String() != "1" || line.Amount.String() != "12" || len(inv.Rates) != 0 {
		t.Errorf("R19: 12.9 yen at rate %s is %s, with the rates %v; want rate 1, 12 and none", line.Rate, line.Amount, inv.Rates)
	}
}

func TestRefuses(t *testing.T) {
	tests := map[string]struct {
		change func(*statement.Statement, *invoice.Settings)
		want   []string
	}{
		"missing rate": {
			func(_ *statement.Statement, set *invoice.Settings) {
				set.Rates = slices.DeleteFunc(set.Rates, func(r billing.ExchangeRate) bool { return r.From == "USD" && r.Level == "common" })
			},
			[]string{"R19", "USD", "JPY", "2026-10", "sakura-main", "222222222222", "900000000002"},
		},
		"missing rate of the group": {
			func(_ *statement.Statement, set *invoice.Settings) {
				set.Group.Invoice.Exchange = "group"
				set.Rates = set.Rates[5:] // one payer's, from USD
			},
			[]string{"R19", "USD", "JPY", "2026-10", "sakura-main", "this group"},
		},
		"another group's settings": {
			func(s *statement.Statement, _ *invoice.Settings) { s.Group = "beta" }, []string{"sakura-main", "beta"},
		},
		"another customer": {
			func(_ *statement.Statement, set *invoice.Settings) { set.Customer.ID = "beta" }, []string{"sakura", "beta"},
		},
		"currency": {
			func(_ *statement.Statement, set *invoice.Settings) { set.Group.Currency = "yen" }, []string{"yen"},
		},
		"mode": {
			func(_ *statement.Statement, set *invoice.Settings) { set.Group.Invoice.Rounding.Mode = "floor" }, []string{"floor", "down"},
		},
		"point": {
			func(_ *statement.Statement, set *invoice.Settings) { set.Group.Invoice.Rounding.Point = "line" }, []string{"line", "service"},
		},
		"exchange": {
			func(_ *statement.Statement, set *invoice.Settings) { set.Group.Invoice.Exchange = "spot" }, []string{"spot", "payer"},
		},
		"discount base": {
			func(_ *statement.Statement, set *invoice.Settings) { set.Group.Invoice.Discount.Base = "all" }, []string{"all", "subtotal"},
		},
		"terms": {
			func(_ *statement.Statement, set *invoice.Settings) { set.Group.Invoice.Terms.Due = "net-soon" }, []string{"net-soon", "net-30"},
		},
		"a charged tax after one that is not": {
			func(_ *statement.Statement, set *invoice.Settings) { slices.Reverse(set.Group.Invoice.Tax) }, []string{"R25", "out-of-scope", "10%"},
		},
		"two reasons for the tax-free items": {
			func(_ *statement.Statement, set *invoice.Settings) {
				set.Group.Invoice.Tax = append(set.Group.Invoice.Tax, billing.Tax{Category: "zero"})
			}, []string{"R25", "tax-free"},
		},
	}
	for name, test := range tests {
		s, set := sakura()
		test.change(&s, &set)
		_, err := invoice.New(s, set, invoice.Inputs{}, false)
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		for _, word := range append(test.want, "2026-10/") {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%s: the error %q does not name %s", name, err, word)
			}
		}
	}
}

// R25: Canada. 100.10 at 5% is 5.005, at 9.975% 9.984975; each once, on the
// whole base. Without tax-free items nothing states why they are free.
func TestSeveralTaxes(t *testing.T) {
	s := statement.Statement{Group: "maple", Period: month("2026-10"), Accounts: []statement.Account{
		{ID: "1", Lines: []statement.Line{usage("A", "CAD", "100.1")}},
	}}
	set := invoice.Settings{Group: billing.BillingGroup{ID: "maple", Currency: "CAD", Invoice: billing.InvoiceSettings{Tax: []billing.Tax{
		{Category: "standard", Percent: dec("5"), Label: "GST"},
		{Category: "standard", Percent: dec("9.975"), Label: "QST"},
		{Category: "exempt", Reason: "none"},
	}}}}
	inv := draft(t, s, set)
	if len(inv.Taxes) != 2 || inv.Taxes[0].Amount.String() != "5.01" || inv.Taxes[1].Amount.String() != "9.98" || inv.Total.String() != "115.09" {
		t.Errorf("R25: taxes %+v, total %s; want 5.01, 9.98 and 115.09", inv.Taxes, inv.Total)
	}
}

// R20: the same three lines of 0.4, 0.4 and 1.4 yen at each rounding point.
// Lines and accounts are shown rounded where they do not add up.
func TestRoundingPoint(t *testing.T) {
	tests := map[string]struct{ first, second, total, residue string }{
		"service": {"0", "1", "1", "-1.2"},
		"account": {"1", "1", "2", "-0.2"},
		"invoice": {"1", "1", "2", "-0.2"},
	}
	for point, want := range tests {
		s := statement.Statement{Group: "g", Period: month("2026-10"), Accounts: []statement.Account{
			{ID: "1", Lines: []statement.Line{usage("A", "JPY", "0.4"), usage("B", "JPY", "0.4")}},
			{ID: "2", Lines: []statement.Line{usage("A", "JPY", "1.4")}},
		}}
		set := invoice.Settings{Group: billing.BillingGroup{ID: "g", Currency: "JPY"}}
		set.Group.Invoice.Rounding.Point = point
		inv := draft(t, s, set)
		got := []string{inv.Accounts[0].Total.String(), inv.Accounts[1].Total.String(), inv.UsageTotal.String(), inv.UsageResidue.String()}
		if !slices.Equal(got, []string{want.first, want.second, want.total, want.residue}) {
			t.Errorf("R20: point %s gives %v, want %v", point, got, want)
		}
	}
}

// A document says what its statement notes, and keeps it when it is issued.
func TestNotes(t *testing.T) {
	s := statement.Statement{Group: "g", Period: month("2026-10"), Notes: []statement.Note{
		{Code: statement.CommitmentsAsApplied, Args: []string{"azure"}}, {Code: statement.TiersAlone},
	}}
	inv := draft(t, s, invoice.Settings{Group: billing.BillingGroup{ID: "g", Currency: "USD"}})
	if got := inv.Issue("INV-1", *day("2026-11-05")); !reflect.DeepEqual(got.Notes, s.Notes) {
		t.Errorf("the issued document notes %v, the statement %v", got.Notes, s.Notes)
	}
	want := `"notes":[{"code":"commitments-as-applied","args":["azure"]},{"code":"tiers-alone"}]`
	if document, err := json.Marshal(inv); err != nil || !strings.Contains(string(document), want) {
		t.Errorf("the document is\n%s\n(%v), it lacks\n%s", document, err, want)
	}
}

// What is left open is half-up per service in the currency's digits, in English,
// to the customer's name, due at the end of next month.
func TestDefaults(t *testing.T) {
	s := statement.Statement{Group: "g", Period: month("2026-10"), Accounts: []statement.Account{
		{ID: "1", Lines: []statement.Line{usage("A", "KWD", "1.0005")}},
	}}
	set := invoice.Settings{Customer: billing.Customer{Name: "Gulf"}, Group: billing.BillingGroup{ID: "g", Currency: "KWD"}}
	inv, err := invoice.New(s, set, invoice.Inputs{}, true)
	if err != nil {
		t.Fatal(err)
	}
	if inv.Rounding != (invoice.Rounding{Mode: money.HalfUp, Point: "service"}) || inv.Digits != 3 || inv.Total.String() != "1.001" ||
		inv.Language != "en" || inv.Buyer.Name != "Gulf" || inv.DueTerms != "end-of-next-month" || !inv.Preview {
		t.Errorf("defaults: %s", text(t, inv))
	}
	set.Group.Name = "Gulf, data centre"
	digits := int32(1)
	set.Group.Invoice.Rounding.Digits = &digits
	if inv := draft(t, s, set); inv.Buyer.Name != set.Group.Name || inv.Total.String() != "1" {
		t.Errorf("the group's own settings: %s", text(t, inv))
	}
}
