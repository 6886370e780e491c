package deliver

import (
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/invoice"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/statement"
)

// samples are the documents that have golden files, by name.
func samples() map[string]invoice.Invoice {
	return map[string]invoice.Invoice{
		"japanese": japaneseInvoice(), "german": germanDraft(), "credit": creditNote(), "full": fullInvoice(), "correction": correction(),
		"debit": debitNote(), "qualified": qualifiedInvoice(), "reverse-charge": reverseCharge(), "india": indianInvoice(),
		"carried": carriedCredit(),
	}
}

func pointer(s string) *money.Decimal {
	d := dec(s)
	return &d
}

func entryLine(label, id, cost, rate, exact, amount string, taxFree bool) invoice.Line {
	line := usage(label, cost, "USD", rate, exact, amount)
	line.Kind, line.Entry, line.TaxFree = statement.Entry, id, taxFree
	return line
}

// fullInvoice has everything that a document can have: two providers, entries,
// support by plan and by percent, an agency fee, three discounts of which one
// is a surcharge, billing services, both shortfalls, items, coupons, three
// taxes and a balance.
func fullInvoice() invoice.Invoice {
	market := usage("Datadog Pro", "100", "USD", "0.9", "90", "90")
	market.Kind = statement.Marketplace
	balance := dec("15000")
	return invoice.Invoice{
		ID: "2026-10/harbour", Number: "INV-2026-000042", Document: invoice.DocumentInvoice, State: invoice.Issued,
		Period: month("2026-10"), Group: "harbour", Language: "en", Title: "Cloud services in October 2026",
		Seller: invoice.Party{
			Name: "Cloud Resale Ltd", Address: []string{"1 High Street", "London EC1A 1AA", "United Kingdom"}, TaxRegistration: "GB123456789",
		},
		Buyer:     invoice.Party{Name: "Harbour Laboratories plc", Address: []string{"7 Quay Road", "Bristol BS1 4DJ", "United Kingdom"}},
		Payment:   []string{"Sort code 00-00-00, account 00000000", "Please give the number of the invoice."},
		Note:      "Thank you for your business.",
		IssueDate: day("2026-11-04"), DueDate: day("2026-12-31"), DueTerms: billing.Terms{Due: "end-of-next-month"},
		Currency: "EUR", Digits: 2, Rounding: invoice.Rounding{Mode: money.HalfUp, Point: "service"},
		Rates: []invoice.Rate{{From: "USD", To: "EUR", Rate: dec("0.9"), Level: "common"}},
		Accounts: []invoice.Account{
			{Account: "111111111111", Name: "production", Payer: "900000000001", Provider: "aws", Lines: []invoice.Line{
				usage("Amazon Elastic Compute Cloud", "20000", "USD", "0.9", "18000", "18000"),
				usage("Amazon Simple Storage Service", "5000", "USD", "0.9", "4500", "4500"),
				market,
				entryLine("Reserved instance, upfront part 3 of 12", "E-1", "1000", "0.95", "950", "950", false),
				entryLine("Domain registration example.org", "E-2", "10", "0.9", "9", "9", true),
			}, Total: dec("23549")},
			{Account: "5f1c-staging", Name: "staging", Payer: "enrollment-7", Provider: "azure", Lines: []invoice.Line{
				usage("Storage", "33.335", "USD", "0.9", "30.0015", "30"),
				usage("Virtual Machines", "1000", "USD", "0.9", "900", "900"),
			}, Total: dec("930")},
		},
		UsageTotal: dec("24479"),
		Support: []invoice.Fee{
			// (10% of 10000 + 7% of 15000) × 1.1 × 0.9 = 2050 × 0.99
			{
				Kind: "plan", Plan: "aws-business", Provider: "aws", Base: dec("25000"), BaseCurrency: "USD", Adjust: pointer("10"),
				Bands: []invoice.Band{{Part: dec("10000"), Percent: dec("10")}, {Part: dec("15000"), Percent: dec("7")}},
				Rate:  dec("0.9"), Exact: dec("2029.5"), Amount: dec("2029.5"),
			},
			// 3% of 1033.335 × 0.9
			{
				Kind: "percent", Provider: "azure", Base: dec("1033.335"), BaseCurrency: "USD", Percent: pointer("3"),
				Rate: dec("0.9"), Exact: dec("27.900045"), Amount: dec("27.9"),
			},
		},
		SupportTotal: dec("2057.4"),
		Agency: []invoice.Fee{{ // 1% of 26033.335 × 0.9 is 234.30, less than 500
			Kind: "greater", Base: dec("23430.0015"), BaseCurrency: "EUR", Percent: pointer("1"), Rate: dec("1"), Exact: dec("500"), Amount: dec("500"),
		}},
		AgencyTotal: dec("500"), Subtotal: dec("27036.4"), // 24479 + 2057.40 + 500
		Discounts: []invoice.Discount{
			{Percent: dec("20"), Base: "usage", Services: []string{"Amazon Simple Storage Service"}, Amount: dec("900")},               // 4500 − 3600
			{Percent: dec("-10"), Base: "usage", Services: []string{"Storage"}, Accounts: []string{"5f1c-staging"}, Amount: dec("-3")}, // 30 − 33.00165
			{Percent: dec("5"), Base: "usage", Amount: dec("945")},                                                                     // 18000 − 17100, 900 − 855
		},
		DiscountTotal: dec("1842"), AfterDiscount: dec("25194.4"),
		BillingServices: []invoice.Service{
			{ID: "ops", Name: "Managed operations", Account: "111111111111", Base: dec("21749"), Amount: dec("2000")},
			{ID: "print", Name: "Printed reports", Base: dec("22637"), Tax: "reduced", Amount: dec("40")},
		},
		Shortfalls: []invoice.Shortfall{
			{Kind: "commitment", Promised: dec("300000"), Counted: dec("299500"), Amount: dec("500")},
			{Kind: "minimum", Promised: dec("28000"), Counted: dec("27734.4"), Amount: dec("265.6")}, // 25194.40 + 2040 + 500
		},
		AdditionalItems: []invoice.Item{
			{Label: "Workshop", UnitPrice: dec("150.25"), Quantity: dec("2"), Amount: dec("300.5")},
			{Label: "Stamp duty", UnitPrice: dec("2"), Quantity: dec("1"), TaxFree: true, Amount: dec("2")},
			{Label: "Goodwill", UnitPrice: dec("-52.5"), Quantity: dec("1"), Amount: dec("-52.5")},
		},
		Coupons: []invoice.Coupon{
			{Code: "WELCOME", Percent: pointer("5"), Amount: dec("-1259.72")}, // of 25194.40
			{Code: "SPRING26", Label: "Spring offer", Amount: dec("-90.28")},
		},
		BeforeTax: dec("26900"), TaxFree: dec("11"), // 28000 + 250 − 1350; 9 + 2
		Taxes: []invoice.Tax{
			{Category: "standard", Label: "VAT", Percent: dec("20"), Base: dec("26849"), Amount: dec("5369.8")}, // 26900 − 11 − 40
			{Category: "reduced", Label: "VAT", Percent: dec("5"), Base: dec("40"), Amount: dec("2")},
			{Category: "exempt", Reason: "VATEX-EU-79-C", Base: dec("11")},
		},
		TaxTotal: dec("5371.8"), Total: dec("32271.8"), PrepaidBalance: &balance, PrepaidUsed: dec("15000"), Payable: dec("17271.8"),
		UsageResidue: dec("-0.0015"), // 24479 − 24479.0015
		Frozen: invoice.Frozen{Invoice: billing.InvoiceSettings{
			Discount: &billing.Discount{Percent: dec("5"), Base: "usage"},
			ServiceDiscounts: []billing.ServiceDiscount{
				{Services: []string{"Amazon Simple Storage Service"}, Percent: dec("20")},
				{Services: []string{"Storage"}, Accounts: []string{"5f1c-staging"}, Percent: dec("-10")},
			},
		}},
	}
}

// correction is a German credit note that takes 100 dollars back, which had a
// discount of 5%.
func correction() invoice.Invoice {
	inv := germanDraft()
	inv.ID, inv.Number, inv.Document, inv.State = "2026-10/mueller/C1", "G-2026-0003", invoice.DocumentCreditNote, invoice.Issued
	inv.IssueDate, inv.DueDate, inv.AdditionalItems, inv.Provider = day("2026-12-03"), nil, nil, "aws"
	inv.Corrects = &invoice.Reference{
		ID: "2026-10/mueller", Number: "R-2026-0117", IssueDate: *day("2026-11-05"),
		Reason: "Der Anbieter hat den Monat Oktober neu abgerechnet; 100 USD Rechenleistung waren doppelt erfasst.",
	}
	inv.Accounts[0].Lines = []invoice.Line{usage("Amazon Elastic Compute Cloud", "-100", "USD", "0.92", "-92", "-92")}
	inv.Accounts[0].Total, inv.UsageTotal, inv.Subtotal, inv.UsageResidue = dec("-92"), dec("-92"), dec("-92"), dec("0")
	inv.Discounts = []invoice.Discount{{Percent: dec("5"), Base: "usage", Amount: dec("-4.6")}}
	inv.DiscountTotal, inv.AfterDiscount, inv.BeforeTax = dec("-4.6"), dec("-87.4"), dec("-87.4")
	inv.Taxes = []invoice.Tax{{Category: "standard", Label: "USt", Percent: dec("19"), Base: dec("-87.4"), Amount: dec("-16.61")}} // -16.606
	inv.TaxTotal, inv.Total, inv.Payable = dec("-16.61"), dec("-104.01"), dec("-104.01")
	inv.Frozen.Invoice.Discount = &billing.Discount{Percent: dec("5"), Base: "usage"}
	return inv
}

// debitNote raises an invoice by 46000 yen.
func debitNote() invoice.Invoice {
	inv := japaneseInvoice()
	inv.ID, inv.Number, inv.Document, inv.Title = "2026-10/sakura/C1", "INV-2026-000151", invoice.DocumentDebitNote, ""
	inv.Corrects = &invoice.Reference{ID: "2026-10/sakura", Number: "INV-2026-000123", IssueDate: *day("2026-11-05"), Reason: "利用料の計上漏れ"}
	inv.IssueDate, inv.DueDate = day("2026-12-02"), day("2027-01-31")
	inv.Accounts = inv.Accounts[1:]
	inv.Accounts[0].Lines = []invoice.Line{usage("Amazon Relational Database Service", "280", "USD", "149.5", "41860", "41860")}
	inv.Accounts[0].Total, inv.UsageTotal, inv.Subtotal, inv.UsageResidue = dec("41860"), dec("41860"), dec("41860"), dec("0")
	inv.Discounts, inv.DiscountTotal, inv.AdditionalItems, inv.Frozen = nil, dec("0"), nil, invoice.Frozen{}
	inv.AfterDiscount, inv.BeforeTax, inv.TaxFree = dec("41860"), dec("41860"), dec("0")
	inv.Taxes = []invoice.Tax{{Category: "standard", Label: "Consumption tax", Percent: dec("10"), Base: dec("41860"), Amount: dec("4186")}}
	inv.TaxTotal, inv.Total, inv.Payable = dec("4186"), dec("46046"), dec("46046")
	return inv
}

// qualifiedInvoice is a Japanese one with two rates and something that is
// outside the tax; its total is printed tax in.
func qualifiedInvoice() invoice.Invoice {
	inv := japaneseInvoice()
	inv.ID, inv.Group, inv.Number, inv.Title = "2026-10/midori", "midori", "INV-2026-000124", ""
	inv.Buyer = invoice.Party{Name: "緑商事株式会社", Address: []string{"〒460-0008 愛知県名古屋市中区栄3-2-1"}}
	inv.Accounts = []invoice.Account{{Account: "777700001111", Name: "基幹システム", Provider: "aws", Lines: []invoice.Line{
		usage("Amazon Elastic Compute Cloud", "10000", "USD", "150", "1500000", "1500000"),
		entryLine("ドメイン登録料（国外）", "E-9", "33.335", "150", "5000.25", "5000", true),
	}, Total: dec("1505000")}}
	inv.Rates = []invoice.Rate{{From: "USD", To: "JPY", Rate: dec("150"), Level: "common"}}
	inv.Discounts, inv.DiscountTotal, inv.Frozen = nil, dec("0"), invoice.Frozen{}
	inv.AdditionalItems = []invoice.Item{
		{Label: "新聞購読料", UnitPrice: dec("1000"), Quantity: dec("1"), Tax: "reduced", Amount: dec("1000")},
	}
	inv.UsageTotal, inv.Subtotal, inv.AfterDiscount, inv.BeforeTax = dec("1505000"), dec("1505000"), dec("1505000"), dec("1506000")
	inv.TaxFree, inv.UsageResidue = dec("5000"), dec("-0.25")
	inv.Taxes = []invoice.Tax{
		{Category: "standard", Label: "Consumption tax", Percent: dec("10"), Base: dec("1500000"), Amount: dec("150000")},
		{Category: "reduced", Label: "Consumption tax", Percent: dec("8"), Base: dec("1000"), Amount: dec("80")},
		{Category: "out-of-scope", Label: "Outside the scope of consumption tax", Reason: "ABROAD", Base: dec("5000")},
	}
	inv.TaxInclusive = true
	inv.TaxTotal, inv.Total, inv.Payable = dec("150080"), dec("1656080"), dec("1656080")
	return inv
}

// reverseCharge is from Germany to France.
func reverseCharge() invoice.Invoice {
	inv := germanDraft()
	inv.ID, inv.Group, inv.Number, inv.State, inv.Language = "2026-10/leroy", "leroy", "R-2026-0118", invoice.Issued, "fr"
	inv.IssueDate, inv.AdditionalItems, inv.Payment, inv.Note = day("2026-11-05"), nil, inv.Payment[:1], ""
	inv.Buyer = invoice.Party{Name: "Leroy & Fils SARL", Address: []string{"12 rue des Écoles", "75005 Paris", "France"}, TaxRegistration: "FR40303265045"}
	inv.Accounts[0].Name = "Production"
	inv.BeforeTax = dec("11404.02")
	inv.Taxes = []invoice.Tax{{Category: "reverse-charge", Label: "Reverse charge", Reason: "VATEX-EU-AE", Base: dec("11404.02")}}
	inv.TaxTotal, inv.Total, inv.Payable = dec("0"), dec("11404.02"), dec("11404.02")
	return inv
}

// indianInvoice is within one state, for one provider.
func indianInvoice() invoice.Invoice {
	amount := dec("100000")
	return invoice.Invoice{
		ID: "2026-10/kaveri/aws", Number: "KA/26-27/0042", Document: invoice.DocumentInvoice, State: invoice.Issued, Provider: "aws",
		Period: month("2026-10"), Group: "kaveri", Language: "en", IssueDate: day("2026-11-03"), DueDate: day("2026-12-03"),
		Seller:   invoice.Party{Name: "Cloud Bazaar Private Limited", Address: []string{"MG Road", "Bengaluru 560001", "India"}, TaxRegistration: "29ABCDE1234F1ZW"},
		Buyer:    invoice.Party{Name: "Kaveri Textiles Limited", Address: []string{"Mysuru 570001", "India"}, TaxRegistration: "29AAAAA0000A1Z5"},
		Currency: "INR", Digits: 2, Rounding: invoice.Rounding{Mode: money.HalfUp, Point: "service"},
		Rates: []invoice.Rate{{From: "USD", To: "INR", Rate: dec("80"), Level: "common"}},
		Accounts: []invoice.Account{{Account: "222222222222", Name: "looms", Provider: "aws", Lines: []invoice.Line{
			usage("Amazon Elastic Compute Cloud", "1250", "USD", "80", "100000", "100000"),
		}, Total: amount}},
		UsageTotal: amount, Subtotal: amount, AfterDiscount: amount, BeforeTax: amount,
		Taxes: []invoice.Tax{
			{Category: "standard", Label: "CGST", Percent: dec("9"), Base: amount, Amount: dec("9000")},
			{Category: "standard", Label: "SGST", Percent: dec("9"), Base: amount, Amount: dec("9000")},
		},
		TaxTotal: dec("18000"), Total: dec("118000"), Payable: dec("118000"),
	}
}

// carriedCredit is a negative total that goes to the balance.
func carriedCredit() invoice.Invoice {
	inv := creditNote()
	balance := dec("1000")
	inv.ID, inv.Group, inv.Number, inv.Language, inv.Note = "2026-10/sol", "sol", "NC-9", "es", ""
	inv.Buyer = invoice.Party{Name: "Sol y Mar S.L.", Address: []string{"Calle Mayor 1", "28013 Madrid"}}
	inv.Accounts[0].Name, inv.Accounts[0].Lines[0].Service = "producción", "Amazon EC2"
	inv.PrepaidBalance, inv.Carried, inv.Payable = &balance, dec("144.6"), dec("0")
	return inv
}
