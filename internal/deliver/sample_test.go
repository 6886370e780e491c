package deliver

import (
	"fmt"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// The invoices of the tests are written out by hand; the arithmetic is beside
// the numbers.

var dec = money.MustParse

func day(s string) *billing.Day {
	d, err := billing.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return &d
}

func month(s string) billing.Period {
	p, err := billing.ParsePeriod(s)
	if err != nil {
		panic(err)
	}
	return p
}

func usage(service, cost string, currency money.Currency, rate, exact, amount string) invoice.Line {
	return invoice.Line{
		Kind: statement.Usage, Service: service, Cost: dec(cost), CostCurrency: currency,
		Rate: dec(rate), Exact: dec(exact), Amount: dec(amount),
	}
}

// japaneseInvoice is an issued invoice in yen, rounded down per service, with a
// discount of 5% on usage.
func japaneseInvoice() invoice.Invoice {
	market := usage("Datadog Pro", "100", "USD", "149.5", "14950", "14950")
	market.Kind = statement.Marketplace
	return invoice.Invoice{
		ID: "2026-10/sakura", Number: "INV-2026-000123", Document: "invoice", State: invoice.Issued,
		Period: month("2026-10"), Group: "sakura", Language: "ja", Title: "2026年10月分 クラウド利用料",
		Seller: invoice.Party{
			Name: "株式会社クラウド再販", Address: []string{"〒100-0005 東京都千代田区丸の内1-2-3", "丸の内ビル 10階"},
			TaxRegistration: "T9234567890123", Contact: "billing@example.jp",
		},
		Buyer: invoice.Party{
			Name: "さくら製造株式会社", Address: []string{"〒530-0001 大阪府大阪市北区梅田4-5-6"}, Contact: "経理部 山田様",
		},
		Payment:   []string{"みずほ銀行 丸の内支店 普通 1234567 カ）クラウドサイハン", "振込手数料はお客様にてご負担ください。"},
		IssueDate: day("2026-11-05"), DueDate: day("2026-11-30"), Currency: "JPY", Digits: 0,
		Rounding: invoice.Rounding{Mode: money.Down, Point: "service"},
		Rates:    []invoice.Rate{{From: "USD", To: "JPY", Rate: dec("149.5"), Level: "common"}},
		Accounts: []invoice.Account{
			{Account: "111122223333", Name: "本番環境", Lines: []invoice.Line{
				usage("Amazon Elastic Compute Cloud", "1234.567891", "USD", "149.5", "184567.8997045", "184567"),
				usage("Amazon Simple Storage Service", "56.78", "USD", "149.5", "8488.61", "8488"),
				market,
			}, Total: dec("208005")}, // 184567 + 8488 + 14950
			{Account: "444455556666", Name: "開発環境", Lines: []invoice.Line{
				usage("AWS Lambda", "0.004", "USD", "149.5", "0.598", "0"),
				usage("Amazon Relational Database Service", "321.09", "USD", "149.5", "48002.955", "48002"),
			}, Total: dec("48002")},
		},
		UsageTotal: dec("256007"), Subtotal: dec("256007"), // 208005 + 48002
		// Each line − down(exact × 0.95): 184567−175339, 8488−8064, 0−0, 48002−45602.
		Discounts:     []invoice.Discount{{Percent: dec("5"), Base: "usage", Amount: dec("12052")}}, // 9228 + 424 + 0 + 2400
		DiscountTotal: dec("12052"), AfterDiscount: dec("243955"),
		AdditionalItems: []invoice.Item{
			{Label: "運用サポート（24時間365日）", UnitPrice: dec("25000"), Quantity: dec("2"), Amount: dec("50000")},
			{Label: "収入印紙", UnitPrice: dec("200"), Quantity: dec("1"), TaxFree: true, Amount: dec("200")},
		},
		BeforeTax: dec("294155"), TaxFree: dec("200"), // 243955 + 50200
		Taxes:    []invoice.Tax{{Category: "standard", Label: "消費税", Percent: dec("10"), Base: dec("293955"), Amount: dec("29395")}},
		TaxTotal: dec("29395"), Total: dec("323550"), Payable: dec("323550"), // 294155 + down(29395.5)
		UsageResidue: dec("-3.0627045"), // 256007 − 256010.0627045
		Inputs:       invoice.Inputs{Loads: []string{"01JB0000000000000000000000"}, Config: "sha256:00"},
		Frozen:       invoice.Frozen{Invoice: billing.InvoiceSettings{Discount: &billing.Discount{Percent: dec("5"), Base: "usage"}}},
	}
}

// germanDraft is a draft in euro with three tax rows.
func germanDraft() invoice.Invoice {
	return invoice.Invoice{
		ID: "2026-10/mueller", Document: "invoice", State: invoice.Draft,
		Period: month("2026-10"), Group: "mueller", Language: "de-DE",
		Seller: invoice.Party{
			Name: "Wolkenhandel GmbH", Address: []string{"Große Bleichen 8", "20354 Hamburg", "Deutschland"}, TaxRegistration: "DE123456789",
		},
		Buyer: invoice.Party{
			Name: "Müller & Söhne Präzisionsmaschinenbau GmbH & Co. KG", Address: []string{"Würzburger Straße 12", "97070 Würzburg"},
			TaxRegistration: "DE987654321",
		},
		Payment:  []string{"IBAN DE00 0000 0000 0000 0000 00, BIC XXXXDEXX", "Verwendungszweck: Rechnungsnummer"},
		Note:     "Vielen Dank für die Zusammenarbeit.\nRückfragen bitte an rechnung@example.de.",
		Currency: "EUR", Digits: 2, DueDate: day("2026-11-30"),
		Rounding: invoice.Rounding{Mode: money.HalfUp, Point: "service"},
		Rates:    []invoice.Rate{{From: "USD", To: "EUR", Rate: dec("0.92"), Level: "payer", Payer: "999900001111"}},
		Accounts: []invoice.Account{{Account: "777788889999", Name: "Fertigung Süd", Lines: []invoice.Line{
			usage("Amazon Elastic Compute Cloud", "12345.67", "USD", "0.92", "11358.0164", "11358.02"),
			usage("Amazon Simple Storage Service", "50.005", "USD", "0.92", "46.0046", "46"),
		}, Total: dec("11404.02")}},
		UsageTotal: dec("11404.02"), Subtotal: dec("11404.02"), AfterDiscount: dec("11404.02"),
		AdditionalItems: []invoice.Item{
			{Label: "Gedrucktes Handbuch", UnitPrice: dec("20"), Quantity: dec("2"), Tax: "reduced", Amount: dec("40")},
			{Label: "Leistung im übrigen Gemeinschaftsgebiet", UnitPrice: dec("100"), Quantity: dec("1"), Tax: "reverse-charge", Amount: dec("100")},
		},
		BeforeTax: dec("11544.02"), // 11404.02 + 140
		Taxes: []invoice.Tax{
			{Category: "standard", Label: "USt", Percent: dec("19"), Base: dec("11404.02"), Amount: dec("2166.76")}, // 2166.7638
			{Category: "reduced", Label: "USt", Percent: dec("7"), Base: dec("40"), Amount: dec("2.8")},
			{Category: "reverse-charge", Reason: "Steuerschuldnerschaft des Leistungsempfängers", Base: dec("100")},
		},
		TaxTotal: dec("2169.56"), Total: dec("13713.58"), Payable: dec("13713.58"),
		UsageResidue: dec("-0.001"), // 11404.02 − 11404.021
	}
}

// creditNote is a credit note in dollars whose names try to be formulas.
func creditNote() invoice.Invoice {
	return invoice.Invoice{
		ID: "2026-10/acme", Number: "CN-7", Document: "credit-note", State: invoice.Issued,
		Period: month("2026-10"), Group: "acme", Language: "en", IssueDate: day("2026-11-02"),
		Seller: invoice.Party{Name: "Cloud Resale Ltd", Address: []string{"1 High Street", "London"}, TaxRegistration: "GB123456789"},
		Buyer:  invoice.Party{Name: "=HYPERLINK(\"http://x\")", Address: []string{"5 Rue de l’Église, 75000 Paris"}},
		Note:   "Corrects invoice INV-6.", Currency: "USD", Digits: 2,
		Rounding: invoice.Rounding{Mode: money.HalfUp, Point: "service"},
		Accounts: []invoice.Account{{Account: "123456789012", Name: "@production", Lines: []invoice.Line{
			usage("+Amazon EC2", "-120.504", "USD", "1", "-120.504", "-120.5"),
		}, Total: dec("-120.5")}},
		UsageTotal: dec("-120.5"), Subtotal: dec("-120.5"), AfterDiscount: dec("-120.5"), BeforeTax: dec("-120.5"),
		Taxes:    []invoice.Tax{{Category: "standard", Label: "VAT", Percent: dec("20"), Base: dec("-120.5"), Amount: dec("-24.1")}},
		TaxTotal: dec("-24.1"), Total: dec("-144.6"), Payable: dec("-144.6"), UsageResidue: dec("0.004"),
	}
}

// koreanPreview is a preview in won.
func koreanPreview() invoice.Invoice {
	inv := japaneseInvoice()
	inv.ID, inv.Group, inv.Language, inv.Currency = "2026-10/hanbit", "hanbit", "ko", "KRW"
	inv.State, inv.Number, inv.Preview, inv.IssueDate, inv.DueDate = invoice.Draft, "", true, nil, nil
	inv.Title, inv.Payment, inv.AdditionalItems[0].Label, inv.AdditionalItems[1].Label = "", nil, "운영 지원", "인지대"
	inv.Seller = invoice.Party{Name: "클라우드리셀 주식회사", Address: []string{"서울특별시 강남구 테헤란로 123"}}
	inv.Buyer = invoice.Party{Name: "주식회사 한빛제조", Address: []string{"부산광역시 해운대구 센텀로 45"}}
	inv.Accounts[0].Name, inv.Accounts[1].Name = "운영 계정", "上海张伟贸易有限公司"
	inv.Rates[0].To, inv.Taxes[0].Label = "KRW", ""
	return inv
}

// longInvoice has one account of that many services: 1.25, 2.25, 3.25 … dollars.
func longInvoice(services int64) invoice.Invoice {
	inv := invoice.Invoice{
		ID: "2026-10/long", Number: "INV-8", Document: "invoice", State: invoice.Issued,
		Period: month("2026-10"), Group: "long", Language: "en", IssueDate: day("2026-11-02"), DueDate: day("2026-12-01"),
		Seller: invoice.Party{Name: "Cloud Resale Ltd", Address: []string{"1 High Street", "London"}},
		Buyer:  invoice.Party{Name: "Long List Inc", Address: []string{"2 Main Street", "Springfield"}}, Currency: "USD", Digits: 2,
		Rounding: invoice.Rounding{Mode: money.HalfEven, Point: "service"},
		Accounts: []invoice.Account{{Account: "123456789012", Name: "production"}},
	}
	for i := int64(1); i <= services; i++ {
		amount := money.FromInt(i).Add(dec("0.25")).String()
		name := fmt.Sprintf("Service %03d", i)
		if i%50 == 7 {
			name += " for Managed Streaming, Analytics and Very Long Descriptions of What the Provider Sells under This Name, and Then Some More of It"
		}
		inv.Accounts[0].Lines = append(inv.Accounts[0].Lines, usage(name, amount, "USD", "1", amount, amount))
	}
	sum := money.FromInt(services * (services + 1) / 2).Add(money.FromInt(services).Mul(dec("0.25")))
	inv.Accounts[0].Total, inv.UsageTotal, inv.Subtotal, inv.AfterDiscount = sum, sum, sum, sum
	inv.BeforeTax, inv.Total, inv.Payable = sum, sum, sum
	return inv
}
