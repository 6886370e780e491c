package accounting

import (
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// The documents of the goldens are written out by hand; the arithmetic is beside
// the numbers.

func party(name, country, tax string, lines ...string) invoice.Party {
	return invoice.Party{Name: name, TaxRegistration: tax, Postal: &billing.Address{Lines: lines[:1], City: lines[1], PostalCode: lines[2], Country: country}}
}

func used(service, amount string, kind statement.Kind) invoice.Line {
	return invoice.Line{Kind: kind, Service: service, Cost: dec(amount), CostCurrency: "USD", Rate: dec("1"), Exact: dec(amount), Amount: dec(amount)}
}

func issued(number, on, due string, currency money.Currency, digits int32) invoice.Invoice {
	from, to := day(on), day(due)
	return invoice.Invoice{
		ID: "2026-10/" + number, Number: number, Document: invoice.DocumentInvoice, State: invoice.Issued, Period: month("2026-10"), Currency: currency, Digits: digits,
		Rounding: invoice.Rounding{Mode: money.HalfUp, Point: "service"}, IssueDate: &from, DueDate: &to,
	}
}

// sakura is in yen: two rates, something free of tax, a discount.
func sakura() invoice.Invoice {
	inv := issued("INV-2026-000123", "2026-11-05", "2026-11-30", "JPY", 0)
	inv.Group, inv.Customer = "sakura-main", "sakura"
	inv.Seller = party("株式会社クラウド再販", "JP", "T9234567890123", "丸の内1-2-3", "千代田区", "100-0005")
	inv.Buyer = party("さくら製造株式会社", "JP", "T1234567890123", "梅田4-5-6", "大阪市", "530-0001")
	inv.Accounts = []invoice.Account{
		{Account: "111122223333", Name: "本番環境", Provider: "aws", Lines: []invoice.Line{used("Amazon EC2", "184567", statement.Usage), used("Amazon S3", "8488", statement.Usage)}, Total: dec("193055")},
		{Account: "444455556666", Provider: "aws", Lines: []invoice.Line{used("Datadog Pro", "14950", statement.Marketplace)}, Total: dec("14950")},
	}
	inv.UsageTotal, inv.Subtotal = dec("208005"), dec("208005") // 193055 + 14950
	inv.Discounts = []invoice.Discount{{Percent: dec("5"), Base: "usage", Amount: dec("9653")}}
	inv.DiscountTotal, inv.AfterDiscount = dec("9653"), dec("198352")
	inv.AdditionalItems = []invoice.Item{
		{Label: "運用サポート", UnitPrice: dec("25000"), Quantity: dec("2"), Amount: dec("50000")},
		{Label: "弁当", UnitPrice: dec("999"), Quantity: dec("1"), Tax: "reduced", Amount: dec("999")},
		{Label: "収入印紙", UnitPrice: dec("200"), Quantity: dec("1"), TaxFree: true, Amount: dec("200")},
	}
	inv.BeforeTax, inv.TaxFree = dec("249551"), dec("200") // 198352 + 50000 + 999 + 200
	inv.Taxes = []invoice.Tax{
		{Category: "standard", Percent: dec("10"), Base: dec("248352"), Amount: dec("24835")}, // 198352 + 50000; 24835.2
		{Category: "reduced", Percent: dec("8"), Base: dec("999"), Amount: dec("80")},         // 79.92
		{Category: "exempt", Reason: "law", Base: dec("200")},
	}
	inv.TaxTotal, inv.Total = dec("24915"), dec("274466")       // 249551 + 24915
	inv.PrepaidUsed, inv.Payable = dec("100000"), dec("174466") // 274466 − 100000
	inv.Frozen.Invoice.Tax = []billing.Tax{{Category: "standard", Percent: dec("10")}, {Category: "reduced", Percent: dec("8")}, {Category: "exempt", Reason: "law"}}
	return inv
}

// sakuraNote takes a part of it back.
func sakuraNote() invoice.Invoice {
	inv := sakura()
	inv.ID, inv.Number, inv.Document = "2026-10/sakura-main/2", "CN-2026-000007", invoice.DocumentCreditNote
	on := day("2026-11-20")
	inv.IssueDate, inv.DueDate = &on, &on
	inv.Corrects = &invoice.Reference{ID: "2026-10/INV-2026-000123", Number: "INV-2026-000123"}
	inv.Accounts = []invoice.Account{{Account: "111122223333", Name: "本番環境", Provider: "aws", Lines: []invoice.Line{used("Amazon EC2", "-1000", statement.Usage)}, Total: dec("-1000")}}
	inv.UsageTotal, inv.Subtotal, inv.AfterDiscount, inv.BeforeTax = dec("-1000"), dec("-1000"), dec("-1000"), dec("-1000")
	inv.Discounts, inv.AdditionalItems, inv.DiscountTotal, inv.PrepaidUsed, inv.TaxFree = nil, nil, money.Zero, money.Zero, money.Zero
	inv.Taxes = []invoice.Tax{{Category: "standard", Percent: dec("10"), Base: dec("-1000"), Amount: dec("-100")}}
	inv.TaxTotal, inv.Total, inv.Payable = dec("-100"), dec("-1100"), dec("-1100")
	return inv
}

// mueller is in euro, rounded down: 19% of 29.15 are 5.5385, so that the tax is
// 5.53. Out of 34.68, which is all of it in one booking, DATEV takes 34.68 × 19 ÷ 119
// = 5.5371, which is 5.54; out of 23.13 and 11.55 it takes 3.69 and 1.84, which is
// 5.53.
func mueller() invoice.Invoice {
	inv := issued("RE 2026/0042", "2026-11-02", "2026-12-01", "EUR", 2)
	inv.Group, inv.Customer, inv.Rounding.Mode = "mueller", "mueller", money.Down
	inv.References = &billing.References{Order: "4711"}
	inv.Seller = party("Wolkenhandel GmbH", "DE", "DE123456788", "Große Bleichen 8", "Hamburg", "20354")
	inv.Buyer = party("Müller & Söhne; Präzisionsmaschinenbau GmbH", "DE", "DE987654321", "Würzburger Straße 12", "Würzburg", "97070")
	inv.Buyer.ContactPoint = &billing.ContactPoint{Email: "rechnung@mueller.example"}
	inv.Accounts = []invoice.Account{{Account: "777788889999", Name: "Fertigung Süd", Provider: "aws", Lines: []invoice.Line{
		used("Amazon EC2", "9.7", statement.Usage), used("Amazon S3", "9.71", statement.Usage), used("AWS Lambda", "9.74", statement.Usage),
	}, Total: dec("29.15")}}
	inv.UsageTotal, inv.Subtotal, inv.AfterDiscount, inv.BeforeTax = dec("29.15"), dec("29.15"), dec("29.15"), dec("69.15") // + 40
	inv.AdditionalItems = []invoice.Item{{Label: "=Gedrucktes Handbuch", UnitPrice: dec("20"), Quantity: dec("2"), Tax: "reduced", Amount: dec("40")}}
	inv.Taxes = []invoice.Tax{
		{Category: "standard", Percent: dec("19"), Base: dec("29.15"), Amount: dec("5.53")},
		{Category: "reduced", Percent: dec("7"), Base: dec("40"), Amount: dec("2.8")},
	}
	inv.TaxTotal, inv.Total, inv.Payable = dec("8.33"), dec("77.48"), dec("77.48") // 69.15 + 8.33
	return inv
}

// leroy is a service to a business in another member state, in dollars: 1000 at
// 0.92 is 920 euro.
func leroy() invoice.Invoice {
	inv := issued("RE-2026-0043", "2026-12-02", "2026-12-31", "USD", 2)
	inv.Group, inv.Customer = "leroy", "leroy"
	inv.Seller, inv.Buyer = mueller().Seller, party("Leroy SARL – ゼロ", "FR", "FR15345678901", "12 rue des Écoles", "Paris", "75005")
	inv.Rates = []invoice.Rate{{From: "USD", To: "EUR", Rate: dec("0.92"), Level: "common"}}
	inv.Accounts = []invoice.Account{{Account: "sub-1", Provider: "azure", Lines: []invoice.Line{used("Virtual Machines", "1000", statement.Usage)}, Total: dec("1000")}}
	inv.UsageTotal, inv.Subtotal, inv.AfterDiscount, inv.BeforeTax, inv.Total, inv.Payable = dec("1000"), dec("1000"), dec("1000"), dec("1000"), dec("1000"), dec("1000")
	inv.Taxes = []invoice.Tax{{Category: "reverse-charge", Reason: "VATEX-EU-AE", Base: dec("1000")}}
	return inv
}

// acme is British; acmeNote takes all of it back.
func acme() invoice.Invoice {
	inv := issued("INV-7", "2026-11-02", "2026-12-02", "GBP", 2)
	inv.Group, inv.Customer = "acme", "acme"
	inv.References = &billing.References{Order: "PO-9"}
	inv.Seller = party("Cloud Resale Ltd", "GB", "GB123456789", "1 High Street", "London", "EC1A 1AA")
	inv.Buyer = party("Acme, \"Best\" Ltd", "GB", "GB987654321", "2 Main Street", "Leeds", "LS1 1AA")
	inv.Accounts = []invoice.Account{{Account: "123456789012", Name: "production", Provider: "aws", Lines: []invoice.Line{used("+Amazon EC2", "120.5", statement.Usage)}, Total: dec("120.5")}}
	inv.UsageTotal, inv.Subtotal, inv.AfterDiscount, inv.BeforeTax = dec("120.5"), dec("120.5"), dec("120.5"), dec("120.5")
	inv.Taxes = []invoice.Tax{{Category: "standard", Label: "VAT", Percent: dec("20"), Base: dec("120.5"), Amount: dec("24.1")}}
	inv.TaxTotal, inv.Total, inv.Payable = dec("24.1"), dec("144.6"), dec("144.6")
	return inv
}

func acmeNote() invoice.Invoice {
	inv := acme()
	inv.ID, inv.Number, inv.Document = "2026-10/acme/2", "CN-1", invoice.DocumentCreditNote
	for _, n := range []*money.Decimal{
		&inv.UsageTotal, &inv.Subtotal, &inv.AfterDiscount, &inv.BeforeTax, &inv.TaxTotal, &inv.Total, &inv.Payable,
		&inv.Taxes[0].Base, &inv.Taxes[0].Amount, &inv.Accounts[0].Lines[0].Amount, &inv.Accounts[0].Total,
	} {
		*n = n.Neg()
	}
	return inv
}
