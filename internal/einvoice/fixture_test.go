package einvoice

import (
	"testing"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

func some(number string) *money.Decimal {
	d := money.MustParse(number)
	return &d
}

func dayOf(text string) *billing.Day {
	d, err := billing.ParseDay(text)
	if err != nil {
		panic(err)
	}
	return &d
}

// between is an invoice for October 2026 from Hamburg to Würzburg that every
// European format can be written of.
func between() (statement.Statement, invoice.Settings) {
	month, err := billing.ParsePeriod("2026-10")
	if err != nil {
		panic(err)
	}
	s := statement.Statement{Group: "g", Period: month, Accounts: []statement.Account{{ID: "1", Name: "Süd", Payer: "p", Provider: "aws", Lines: []statement.Line{
		{Kind: statement.Usage, Service: "Compute", Currency: "EUR", Amount: money.MustParse("1000.125")},
		{Kind: statement.Usage, Service: "Storage", Currency: "EUR", Amount: money.MustParse("-20.5")},
	}}}}
	set := invoice.Settings{
		Reseller: billing.Reseller{
			Name: "Wolkenhandel GmbH", Currency: "EUR", TaxRegistration: "DE123456788", Payment: []string{"Bitte die Nummer angeben."},
			Address: &billing.Address{Lines: []string{"Große Bleichen 8"}, PostalCode: "20354", City: "Hamburg", Country: "DE"},
			Identity: billing.Identity{
				LegalID: "0204:991-12345-01", Endpoint: "9930:DE123456788", Bank: &billing.BankAccount{IBAN: "DE89 3704 0044 0532 0130 00", BIC: "COBADEFFXXX"},
				ContactPoint: &billing.ContactPoint{Name: "Petra Lang", Phone: "+49 40 123", Email: "rechnung@example.de"},
			},
		},
		Customer: billing.Customer{
			ID: "c", Name: "Müller & Söhne", TaxRegistration: "DE129273398",
			Address:  &billing.Address{Lines: []string{"Straße 12", "Hof 2", "Aufgang 3", "Tür 4"}, PostalCode: "97070", City: "Würzburg", Country: "DE"},
			Identity: billing.Identity{Endpoint: "0088:4035811991021", ContactPoint: &billing.ContactPoint{Name: "Einkauf"}},
		},
		Group: billing.BillingGroup{ID: "g", Customer: "c", Currency: "EUR", Language: "de", Invoice: billing.InvoiceSettings{
			Tax:        []billing.Tax{{Category: "standard", Percent: money.MustParse("19"), Label: "USt"}},
			References: &billing.References{Buyer: "04011000-12345-03", Order: "B-1", Contract: "V-2", Project: "P-3", Accounting: "4711"},
			Note:       "Danke.\nBis bald.",
		}},
	}
	return s, set
}

// issued makes the document, and issues it.
func issued(t testing.TB, s statement.Statement, set invoice.Settings) invoice.Invoice {
	t.Helper()
	inv, err := invoice.New(s, set, invoice.Inputs{}, false)
	if err != nil {
		t.Fatal(err)
	}
	return inv.Issue("R-1", *dayOf("2026-11-05"))
}
