package einvoice_test

import (
	"cmp"
	"fmt"
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// scenario is a document that the checkers are asked about. Change turns what is
// given, an ordinary German invoice, into it.
type scenario struct {
	name   string
	change func(*given)
}

// given is what a document of October 2026 is made from.
type given struct {
	invoice.Settings
	accounts []statement.Account
	number   string
	// restated are the changes that a correction each follows from; the last
	// document is the one that is looked at.
	restated []func(*given)
	after    func(*invoice.Invoice) // what no settings say yet
}

// ordinary is an invoice from Hamburg to Würzburg: two services, 19% of VAT.
func ordinary() *given {
	g := &given{
		Settings: invoice.Settings{Reseller: hamburg(), Customer: wuerzburg()},
		number:   "R-2026-0117",
	}
	g.Group = billing.BillingGroup{ID: "mueller", Customer: "mueller", Name: g.Customer.Name, Currency: "EUR", Language: "de"}
	g.Group.Invoice.References = &billing.References{Buyer: "04011000-12345-03", Order: "B-4711"}
	g.Group.Invoice.Terms.Due = "net-30"
	g.taxes(vat("19"))
	g.account("777788889999", "Fertigung Süd", usage("Amazon Elastic Compute Cloud", "11358.016"), usage("Amazon Simple Storage Service", "46.004"))
	return g
}

// between puts other parties into the place of the ordinary ones, and taxes that
// follow from their countries.
func (g *given) between(seller billing.Reseller, buyer billing.Customer) {
	g.Reseller, g.Customer = seller, buyer
	g.Group.Customer, g.Group.Name, g.Group.Currency = buyer.ID, buyer.Name, seller.Currency
	for i := range g.accounts {
		for j := range g.accounts[i].Lines {
			g.accounts[i].Lines[j].Currency = money.Currency(seller.Currency)
		}
	}
	g.Group.Invoice.Tax, g.Group.Invoice.TaxBy = nil, "regime"
}

// taxes are those of the document, written out.
func (g *given) taxes(taxes ...billing.Tax) {
	g.Group.Invoice.Tax, g.Group.Invoice.TaxBy = taxes, "settings"
}

// account adds an account with its lines, in the invoice's currency where they
// name none.
func (g *given) account(id, name string, lines ...statement.Line) {
	for i := range lines {
		lines[i].Currency = cmp.Or(lines[i].Currency, money.Currency(g.Group.Currency))
	}
	g.accounts = append(g.accounts, statement.Account{ID: id, Name: name, Payer: "999900001111", Provider: "aws", Lines: lines})
}

// only leaves one account with these lines.
func (g *given) only(lines ...statement.Line) {
	g.accounts = nil
	g.account("777788889999", "Fertigung Süd", lines...)
}

func (g *given) item(label, price, quantity, tax string) {
	g.Items = append(g.Items, billing.AdditionalItem{Label: label, UnitPrice: dec(price), Quantity: dec(quantity), Tax: tax})
}

// rates makes one unit of a currency that much of the invoice's.
func (g *given) rates(from, rate string) {
	g.Rates = append(g.Rates, billing.ExchangeRate{
		Month: october, From: money.Currency(from), To: money.Currency(g.Group.Currency), Rate: dec(rate), Level: "common",
	})
}

// issued makes the document the way months make them, and issues it.
func (g *given) issued(t *testing.T) invoice.Invoice {
	t.Helper()
	draft := func() invoice.Invoice {
		inv, err := invoice.New(statement.Statement{Group: g.Group.ID, Period: october, Accounts: g.accounts}, g.Settings,
			invoice.Inputs{Loads: []string{"01JB0000000000000000000000"}, Config: "sha256:00"}, false)
		if err != nil {
			t.Fatal(err)
		}
		return inv
	}
	chain := []invoice.Invoice{draft().Issue(g.number, day("2026-11-05"))}
	for i, change := range g.restated {
		change(g)
		note, needed := invoice.Correct(chain, draft(), "restated")
		if !needed {
			t.Fatal("the correction changes nothing")
		}
		chain = append(chain, note.Issue(fmt.Sprintf("G-2026-%04d", i+3), day("2026-12-03")))
	}
	inv := chain[len(chain)-1]
	if wrong := invoice.Check(inv); len(wrong) > 0 {
		t.Fatalf("the document does not prove itself: %+v", wrong)
	}
	if g.after != nil {
		g.after(&inv)
	}
	return inv
}

var dec = money.MustParse

var october = billing.PeriodOf(day("2026-10-01").Time())

func day(text string) billing.Day {
	d, err := billing.ParseDay(text)
	if err != nil {
		panic(err)
	}
	return d
}

func number(text string) *money.Decimal {
	d := dec(text)
	return &d
}

func usage(service, amount string) statement.Line {
	return statement.Line{Kind: statement.Usage, Service: service, Amount: dec(amount)}
}

// in names the currency of a line, where it is not the invoice's.
func in(currency money.Currency, line statement.Line) statement.Line {
	line.Currency = currency
	return line
}

func marketplace(service, amount string) statement.Line {
	return statement.Line{Kind: statement.Marketplace, Service: service, Amount: dec(amount)}
}

func entry(id, label, amount string, taxFree bool) statement.Line {
	return statement.Line{Kind: statement.Entry, Entry: id, Service: label, Amount: dec(amount), TaxFree: taxFree}
}

func vat(percent string) billing.Tax {
	return billing.Tax{Category: "standard", Percent: dec(percent), Label: "VAT"}
}

func reduced(percent string) billing.Tax {
	return billing.Tax{Category: "reduced", Percent: dec(percent), Label: "VAT"}
}

// untaxed is a category under which no tax is charged, and why.
func untaxed(category, reason string) billing.Tax {
	return billing.Tax{Category: category, Label: "VAT", Reason: reason}
}
