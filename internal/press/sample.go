package press

import (
	"fmt"
	"strings"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/deliver"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// sampleWords are what differs between languages on a sample; all else of it is
// printed in the language anyway.
type sampleWords struct {
	currency money.Currency
	rate     string // of 1 USD
	tax      billing.Tax
	item     billing.AdditionalItem
	seller   billing.Reseller
	buyer    billing.Customer
	accounts [2]string
	subject  string
	payment  string
	reason   string // of a credit note
}

// inEurope is from Zürich to Hamburg in euro, so that it has codes to pay by.
var inEurope = sampleWords{
	currency: "EUR", rate: "0.92",
	tax:  billing.Tax{Category: "standard", Label: "VAT", Percent: money.MustParse("8.1")},
	item: billing.AdditionalItem{Label: "Architecture review", UnitPrice: money.MustParse("480"), Quantity: money.MustParse("2")},
	seller: billing.Reseller{
		Name: "Example Cloud AG", Currency: "EUR", TaxRegistration: "CHE-123.456.788 MWST", Contact: "billing@example.com",
		Address: &billing.Address{Lines: []string{"Seestrasse 12"}, PostalCode: "8002", City: "Zürich", Country: "CH"},
		Identity: billing.Identity{
			Endpoint: "EM:billing@example.com", Bank: &billing.BankAccount{IBAN: "CH93 0076 2011 6238 5295 7", BIC: "EXAMCHZZXXX", Bank: "Example Bank"},
			ContactPoint: &billing.ContactPoint{Name: "Ann Example", Phone: "+41 44 000 00 00", Email: "billing@example.com"},
		},
	},
	buyer: billing.Customer{
		ID: "sample", Name: "Harbour Laboratories GmbH", TaxRegistration: "DE129273398", Contact: "accounts@example.org",
		Address: &billing.Address{Lines: []string{"Am Sandtorkai 7"}, PostalCode: "20457", City: "Hamburg", Country: "DE"},
	},
	accounts: [2]string{"production", "staging"}, subject: "Cloud services", payment: "Please give the number of the invoice.",
	reason: "An hour of the month was billed twice.",
}

// inJapan is from Tokyo to Osaka in yen.
var inJapan = sampleWords{
	currency: "JPY", rate: "152.4",
	tax:  billing.Tax{Category: "standard", Label: "消費税", Percent: money.MustParse("10")},
	item: billing.AdditionalItem{Label: "運用設計支援", UnitPrice: money.MustParse("60000"), Quantity: money.MustParse("2")},
	seller: billing.Reseller{
		Name: "株式会社サンプルクラウド", Currency: "JPY", TaxRegistration: "T9234567890123", Contact: "billing@example.jp",
		Address:  &billing.Address{Lines: []string{"東京都千代田区丸の内1-2-3"}, PostalCode: "100-0005", Country: "JP"},
		Identity: billing.Identity{Bank: &billing.BankAccount{Holder: "カ）サンプルクラウド", Bank: "見本銀行", Branch: "本店", Kind: "ordinary", Number: "1234567", Code: "0000-001"}},
	},
	buyer: billing.Customer{
		ID: "sample", Name: "さくら製造株式会社", Contact: "経理部 御中",
		Address: &billing.Address{Lines: []string{"大阪府大阪市北区梅田4-5-6"}, PostalCode: "530-0001", Country: "JP"},
	},
	accounts: [2]string{"本番環境", "開発環境"}, subject: "クラウド利用料", payment: "振込手数料はお客様にてご負担ください。",
	reason: "同じ利用が二重に計上されていました。",
}

// Sample is an issued document with invented names and amounts, to look at a layout
// on: two accounts, support, a discount, an item and tax; as a credit note it takes
// usage back. Its amounts follow from each other as on every document. kind is
// DocumentInvoice where it is empty; no debit note is invented.
func Sample(kind invoice.DocumentKind, language string) (invoice.Invoice, error) {
	month := billing.PeriodOf(time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC))
	switch kind {
	case "", invoice.DocumentInvoice:
		return sampleInvoice(month, "INV-2026-000123", language,
			sampleLines("AmazonEC2", "4210.5512", "AmazonRDS", "1288.04", "AmazonS3", "310.775"), sampleLines("AmazonEC2", "612.4", "AWSLambda", "18.2207"))
	case invoice.DocumentCreditNote:
		return sampleNote(month, "CN-2026-000007", language)
	}
	return invoice.Invoice{}, fmt.Errorf("there is no sample of a %s; use %s or %s", kind, invoice.DocumentInvoice, invoice.DocumentCreditNote)
}

func sampleInvoice(month billing.Period, number, language string, first, second []statement.Line) (invoice.Invoice, error) {
	words := wordsOf(language)
	set := words.settings(month, language)
	five, three := money.MustParse("5"), money.MustParse("3")
	settings := &set.Group.Invoice
	settings.Discount = &billing.Discount{Percent: five, Base: "usage"}
	settings.Support = []billing.Support{{Kind: "percent", Percent: &three}}
	settings.AdditionalItems = []billing.AdditionalItem{words.item}
	settings.References = &billing.References{Buyer: "CC-4711", Order: "PO-2026-0815"}
	return words.issued(month, set, number, first, second)
}

// sampleNote takes back an hour of the month before.
func sampleNote(month billing.Period, number, language string) (invoice.Invoice, error) {
	words := wordsOf(language)
	note, err := words.issued(month, words.settings(month, language), number, sampleLines("AmazonEC2", "-120.55"), nil)
	note.DueDate = nil
	note.Corrects = &invoice.Reference{ID: month.Previous().String() + "/sample", Number: "INV-2026-000098", IssueDate: month.FirstDay() + 4, Reason: words.reason}
	return note, err
}

func wordsOf(language string) sampleWords {
	if language == "ja" || strings.HasPrefix(language, "ja-") {
		return inJapan
	}
	return inEurope
}

func (w sampleWords) settings(month billing.Period, language string) invoice.Settings {
	set := invoice.Settings{
		Reseller: w.seller, Customer: w.buyer,
		Rates: []billing.ExchangeRate{{Month: month, From: "USD", To: w.currency, Rate: money.MustParse(w.rate), Level: "common"}},
		Group: billing.BillingGroup{ID: "sample", Customer: "sample", Currency: string(w.currency), Language: language, Invoice: billing.InvoiceSettings{
			Tax: []billing.Tax{w.tax}, Subject: w.subject,
		}},
	}
	set.Reseller.Payment = []string{w.payment}
	return set
}

// issued is the document of lines in two accounts, issued on the fourth of the month
// that follows.
func (w sampleWords) issued(month billing.Period, set invoice.Settings, number string, first, second []statement.Line) (invoice.Invoice, error) {
	s := statement.Statement{Group: "sample", Period: month, Accounts: []statement.Account{
		{ID: "111122223333", Name: w.accounts[0], Payer: "999900001111", Provider: "aws", Lines: first},
	}}
	if len(second) > 0 {
		s.Accounts = append(s.Accounts, statement.Account{ID: "444455556666", Name: w.accounts[1], Payer: "999900001111", Provider: "aws", Lines: second})
	}
	inv, err := invoice.New(s, set, invoice.Inputs{Loads: []string{}}, false)
	if err != nil {
		return invoice.Invoice{}, fmt.Errorf("the sample of a document: %w", err)
	}
	return inv.Issue(number, month.LastDay()+4), nil
}

// sampleLines are usage of services, name and amount in turn, in US dollars.
func sampleLines(pairs ...string) (lines []statement.Line) {
	for i := 0; i < len(pairs); i += 2 {
		lines = append(lines, statement.Line{Kind: statement.Usage, Service: pairs[i], Currency: "USD", Amount: money.MustParse(pairs[i+1])})
	}
	return lines
}

// sampleAnnex is something behind a sample for every annex that a layout can name.
func sampleAnnex(inv invoice.Invoice) (annex deliver.Annex, err error) {
	before, err := sampleInvoice(inv.Period.Previous(), "INV-2026-000098", inv.Language,
		sampleLines("AmazonEC2", "3890.1", "AmazonRDS", "1288.04", "AmazonS3", "288.4"), sampleLines("AmazonEC2", "1044.72"))
	if err != nil {
		return annex, err
	}
	if inv.Corrects == nil {
		since := invoice.Compare([]invoice.Invoice{before}, []invoice.Invoice{inv})
		annex.Changes = &since
	}
	for _, a := range inv.Accounts {
		for _, l := range a.Lines {
			annex.Usage = append(annex.Usage, deliver.UsageRow{
				Account: a.Account, AccountName: a.Name, Service: l.Service, Region: "eu-central-1", UsageType: "Usage", Quantity: money.FromInt(744), Unit: "Hrs",
				Cost: l.Cost, Currency: l.CostCurrency,
			})
		}
	}
	first, percent := inv.Period.FirstDay()+11, money.MustParse("96.4")
	until := inv.Period.LastDay() + 181
	annex.Commitments = []deliver.CommitmentRow{{
		ID: "sp-0a1b2c3d", Kind: "Compute Savings Plan", Account: inv.Accounts[0].Account, Until: &until, Percent: &percent, Saved: money.MustParse("402.18"), Currency: "USD",
	}}
	annex.Adjustments = []deliver.AdjustmentRow{{Day: &first, Account: inv.Accounts[0].Account, Label: "Refund", Cost: money.MustParse("-12.5"), Currency: "USD"}}
	return annex, nil
}
