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

// Documents that other resellers' systems publish, to the last digit.
func TestPublishedInvoices(t *testing.T) {
	percent := func(p string) []billing.Tax { return []billing.Tax{{Category: "standard", Percent: dec(p)}} }
	tests := map[string]struct {
		lines              []statement.Line
		currency           string
		tax, rate          string
		usage, tax1, total string
	}{
		"1,541,406 yen at 10%":   {[]statement.Line{usage("A", "JPY", "1541406")}, "JPY", "10", "", "1541406", "154140", "1695546"},
		"first account at 8%":    {[]statement.Line{usage("Amazon EC2", "USD", "5.69"), usage("Amazon S3", "USD", "0.06"), usage("CloudWatch", "USD", "2.45"), usage("Data Transfer", "USD", "0.01")}, "USD", "8", "", "8.21", "0.65", "8.86"},
		"second account at 8%":   {[]statement.Line{usage("Amazon EC2", "USD", "18.38"), usage("Amazon S3", "USD", "0.26"), usage("CloudWatch", "USD", "3.13"), usage("Data Transfer", "USD", "0.04")}, "USD", "8", "", "21.81", "1.74", "23.55"},
		"third account at 8%":    {[]statement.Line{usage("A", "USD", "44.19")}, "USD", "8", "", "44.19", "3.53", "47.72"},
		"entries inside, 48,070": {[]statement.Line{usage("A", "USD", "429"), entry("E-1", "USD", "2"), usage("B", "USD", "5"), entry("E-2", "USD", "1")}, "JPY", "10", "100", "43700", "4370", "48070"},
		"123.456 yen is 123":     {[]statement.Line{usage("A", "JPY", "123.456")}, "JPY", "0", "", "123", "0", "123"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			set := settings(test.currency, billing.InvoiceSettings{Rounding: billing.RoundingSettings{Mode: money.Down}, Tax: percent(test.tax)})
			if test.rate != "" {
				set.Rates = []billing.ExchangeRate{rate("2026-10", "USD", test.currency, test.rate, "common", "")}
			}
			inv := draft(t, owed(account("1", test.lines...)), set)
			figure(t, "usage", inv.UsageTotal, test.usage)
			figure(t, "tax", inv.TaxTotal, test.tax1)
			figure(t, "total", inv.Total, test.total)
		})
	}
}

// Discount 2%, tax 10%, rate 102.45 on 108,850 dollars, rounded down:
// 108850 × 102.45 = 11151682.5 → 11151682; 98% of the exact is 10928648.85 →
// 10928648, so the discount is 223034; tax 1092864.8 → 1092864.
func TestDiscountAndTax(t *testing.T) {
	set := settings("JPY", billing.InvoiceSettings{
		Rounding: billing.RoundingSettings{Mode: money.Down},
		Discount: &billing.Discount{Percent: dec("2")},
		Tax:      []billing.Tax{{Category: "standard", Percent: dec("10")}},
	})
	set.Rates = []billing.ExchangeRate{rate("2026-10", "USD", "JPY", "102.45", "common", "")}
	inv := draft(t, owed(account("1", usage("A", "USD", "108850"))), set)
	figure(t, "usage", inv.UsageTotal, "11151682")
	figure(t, "discount", inv.DiscountTotal, "223034")
	figure(t, "tax", inv.TaxTotal, "1092864")
	figure(t, "total", inv.Total, "12021512")
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

// R27: an entry that was applied at a rate of its own has it: 10 × 120.
func TestEntryRate(t *testing.T) {
	own := entry("E-1", "USD", "10")
	own.Rate = num("120")
	set := settings("JPY", billing.InvoiceSettings{})
	set.Rates = []billing.ExchangeRate{rate("2026-10", "USD", "JPY", "150", "common", "")}
	inv := draft(t, owed(account("1", own, entry("E-2", "USD", "10"))), set)
	figure(t, "at a rate of its own", inv.Accounts[0].Lines[0].Amount, "1200")
	figure(t, "at the account's rate", inv.Accounts[0].Lines[1].Amount, "1500")
	figure(t, "account", inv.Accounts[0].Total, "2700")
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
		"two reasons for the tax-free items": {
			func(_ *statement.Statement, set *invoice.Settings) {
				set.Group.Invoice.Tax = append(set.Group.Invoice.Tax, billing.Tax{Category: "zero"})
			}, []string{"R25", "tax-free"},
		},
		"a percent of what is not charged": {
			func(_ *statement.Statement, set *invoice.Settings) { set.Group.Invoice.Tax[1].Percent = dec("10") }, []string{"R25", "out-of-scope", "percent 0"},
		},
		"category of tax": {
			func(_ *statement.Statement, set *invoice.Settings) { set.Group.Invoice.Tax[0].Category = "vat" }, []string{"R25", "vat", "standard"},
		},
		"digits": {
			func(_ *statement.Statement, set *invoice.Settings) {
				digits := int32(9)
				set.Group.Invoice.Rounding.Digits = &digits
			}, []string{"9 fractional digits", "0 to 8"},
		},
		"scope of support": {
			func(_ *statement.Statement, set *invoice.Settings) {
				set.Group.Invoice.Support = []billing.Support{{Kind: "percent", Percent: num("1"), Scope: "payer"}}
			}, []string{"support[0].scope", "payer", "account"},
		},
		"discount in agency fees": {
			func(_ *statement.Statement, set *invoice.Settings) {
				set.Group.Invoice.Agency = []billing.AgencyFee{{Kind: "percent", Percent: num("1"), BaseDiscount: "later"}}
			}, []string{"agency[0].base_discount", "later", "after"},
		},
		"base of a commitment": {
			func(_ *statement.Statement, set *invoice.Settings) {
				set.Group.Invoice.SpendCommitment = &billing.SpendCommitment{Amount: dec("1"), From: month("2026-10"), Base: "all"}
			}, []string{"commitment", "all", "usage"},
		},
		"kind of support": {
			func(_ *statement.Statement, set *invoice.Settings) {
				set.Group.Invoice.Support = []billing.Support{{Kind: "gold"}}
			}, []string{"support", "gold", "bands"},
		},
		"support without its percent": {
			func(_ *statement.Statement, set *invoice.Settings) {
				set.Group.Invoice.Support = []billing.Support{{Kind: "percent"}}
			}, []string{"support", "percent", "lacks"},
		},
		"agency fee without its tiers": {
			func(_ *statement.Statement, set *invoice.Settings) {
				set.Group.Invoice.Agency = []billing.AgencyFee{{Kind: "tiered-price"}}
			}, []string{"agency[0]", "tiered-price", "lacks"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			s, set := sakura()
			test.change(&s, &set)
			refuse(t, s, set, test.want...)
		})
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
		s := owed(account("1", usage("A", "JPY", "0.4"), usage("B", "JPY", "0.4")), account("2", usage("A", "JPY", "1.4")))
		inv := draft(t, s, settings("JPY", billing.InvoiceSettings{Rounding: billing.RoundingSettings{Point: point}}))
		got := []string{inv.Accounts[0].Total.String(), inv.Accounts[1].Total.String(), inv.UsageTotal.String(), inv.UsageResidue.String()}
		if !slices.Equal(got, []string{want.first, want.second, want.total, want.residue}) {
			t.Errorf("R20: point %s gives %v, want %v", point, got, want)
		}
	}
}

// R26, E.11: what is prepaid pays for a positive total as far as it goes; a
// negative total is paid out, or goes to the balance.
func TestPayable(t *testing.T) {
	tests := map[string]struct {
		usage, balance       string
		carry                bool
		total, used, carried string
		payable              string
		document             invoice.DocumentKind
	}{
		"less than the total":      {"100", "30", false, "110", "30", "0", "80", invoice.DocumentInvoice},
		"more than the total":      {"100", "200.5", false, "110", "110", "0", "0", invoice.DocumentInvoice},
		"nothing left":             {"100", "0", true, "110", "0", "0", "110", invoice.DocumentInvoice},
		"negative":                 {"-100", "30", false, "-110", "0", "0", "-110", invoice.DocumentCreditNote},
		"negative, to the balance": {"-100", "30", true, "-110", "0", "110", "0", invoice.DocumentCreditNote},
		"nothing used":             {"0", "30", true, "0", "0", "0", "0", invoice.DocumentInvoice},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			set := settings("USD", billing.InvoiceSettings{
				Prepaid: true, CarryCredit: test.carry, Tax: []billing.Tax{{Category: "standard", Percent: dec("10")}},
			})
			set.Balance = dec(test.balance)
			inv := draft(t, owed(account("1", usage("A", "USD", test.usage))), set)
			figure(t, "total", inv.Total, test.total)
			figure(t, "balance", *inv.PrepaidBalance, test.balance)
			figure(t, "prepaid used", inv.PrepaidUsed, test.used)
			figure(t, "carried", inv.Carried, test.carried)
			figure(t, "payable", inv.Payable, test.payable)
			if inv.Document != test.document {
				t.Errorf("R26: it is a %s, want a %s", inv.Document, test.document)
			}
		})
	}
	set := settings("USD", billing.InvoiceSettings{})
	set.Balance = dec("30")
	inv := draft(t, owed(account("1", usage("A", "USD", "100"))), set)
	if inv.PrepaidBalance != nil || !inv.Payable.Equal(dec("100")) {
		t.Errorf("a group that does not prepay has the balance %v, and pays %s; want none, and 100", inv.PrepaidBalance, inv.Payable)
	}
}

// A document says what its statement notes, and keeps it when it is issued.
func TestNotes(t *testing.T) {
	s := owed()
	s.Notes = []statement.Note{{Code: statement.CommitmentsAsApplied, Args: []string{"azure"}}, {Code: statement.TiersAlone}}
	inv := draft(t, s, settings("USD", billing.InvoiceSettings{}))
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
	s, set := owed(account("1", usage("A", "KWD", "1.0005"))), settings("KWD", billing.InvoiceSettings{})
	set.Customer.Name = "Gulf"
	inv, err := invoice.New(s, set, invoice.Inputs{}, true)
	if err != nil {
		t.Fatal(err)
	}
	if inv.Rounding != (invoice.Rounding{Mode: money.HalfUp, Point: "service"}) || inv.Digits != 3 || inv.Total.String() != "1.001" ||
		inv.Language != "en" || inv.Buyer.Name != "Gulf" || inv.DueTerms.Due != "end-of-next-month" || !inv.Preview {
		t.Errorf("defaults: %s", text(t, inv))
	}
	set.Group.Name = "Gulf, data centre"
	digits := int32(1)
	set.Group.Invoice.Rounding.Digits = &digits
	if inv := draft(t, s, set); inv.Buyer.Name != set.Group.Name || inv.Total.String() != "1" {
		t.Errorf("the group's own settings: %s", text(t, inv))
	}
}

// R31: entries that have all else in common stand by their ids.
func TestOrderOfEntries(t *testing.T) {
	first, second := entry("E-1", "USD", "5"), entry("E-2", "USD", "5")
	second.TaxFree = true
	inv := draft(t, owed(account("1", second, first)), settings("USD", billing.InvoiceSettings{}))
	if lines := inv.Accounts[0].Lines; lines[0].Entry != "E-1" || lines[1].Entry != "E-2" {
		t.Errorf("entries %s, %s; want E-1, E-2", lines[0].Entry, lines[1].Entry)
	}
}

// R25: the taxes that follow from the countries are written out in what is
// frozen: 10% in Japan, and 20% in France to a consumer there.
func TestTaxByRegime(t *testing.T) {
	for country, percent := range map[string]string{"JP": "10", "FR": "20"} {
		set := settings("USD", billing.InvoiceSettings{TaxBy: "regime"})
		set.Reseller.Address = &billing.Address{Country: country}
		set.Customer.Address = &billing.Address{Country: country}
		inv := draft(t, owed(account("1", usage("A", "USD", "100"))), set)
		figure(t, "tax in "+country, inv.TaxTotal, percent)
		if in := inv.Frozen.Invoice; len(in.Tax) == 0 || in.TaxBy != "" {
			t.Errorf("frozen are the taxes %+v by %q; want those of %s written out", in.Tax, in.TaxBy, country)
		}
		set.Reseller.Address = nil
		refuse(t, owed(), set, "R25", "seller")
	}
}

// A document for one provider says so in its id.
func TestDocumentOfProvider(t *testing.T) {
	set := settings("USD", billing.InvoiceSettings{})
	set.Provider = "aws"
	if inv := draft(t, owed(), set); inv.ID != "2026-10/g/aws" || inv.Provider != "aws" {
		t.Errorf("the document of aws is %s of %q", inv.ID, inv.Provider)
	}
}

// R19: a statement made anew has the document's rates, and others for what it
// did not use alone: 10 dollars at 150, 10 euros at 160.
func TestOfWithOtherRates(t *testing.T) {
	set := settings("JPY", billing.InvoiceSettings{})
	set.Rates = []billing.ExchangeRate{rate("2026-10", "USD", "JPY", "150", "common", "")}
	inv := draft(t, owed(account("1", usage("A", "USD", "1"))), set)
	restated := owed(account("1", usage("A", "USD", "10"), usage("B", "EUR", "10")))
	_, err := inv.Of(restated)
	namesAll(t, err, "R19", "EUR")
	anew, err := inv.Of(restated, rate("2026-10", "USD", "JPY", "999", "common", ""), rate("2026-10", "EUR", "JPY", "160", "common", ""))
	if err != nil {
		t.Fatal(err)
	}
	figure(t, "dollars", anew.Accounts[0].Lines[0].Amount, "1500")
	figure(t, "euros", anew.Accounts[0].Lines[1].Amount, "1600")
}
