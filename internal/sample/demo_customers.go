package sample

import (
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// demoMove is the day on which an account of the demo changes its group.
var demoMove = billing.DayOf(time.Date(2026, time.August, 15, 0, 0, 0, 0, time.UTC))

// demoCustomer is a customer of the demo and how its one invoice is made.
type demoCustomer struct {
	id, name, line, city, code, country, registration string
	currency, language                                string
	basis                                             billing.Basis
	book                                              string // before the reseller's selling_book
	invoice                                           billing.InvoiceSettings
}

var (
	consumptionTax = []billing.Tax{{Category: "standard", Percent: money.FromInt(10), Label: "消費税"}}
	outOfScope     = []billing.Tax{{Category: "out-of-scope", Reason: "VATEX-EU-O", Label: "Outside the scope of tax"}}
	reverseCharge  = []billing.Tax{{Category: "reverse-charge", Reason: "VATEX-EU-AE", Label: "Reverse charge"}}
	yen            = billing.RoundingSettings{Mode: money.Down, Point: "service"}
)

func discount(percent int64, base string) *billing.Discount {
	return &billing.Discount{Percent: money.FromInt(percent), Base: base}
}

func item(label, unitPrice, quantity string) []billing.AdditionalItem {
	return []billing.AdditionalItem{{Label: label, UnitPrice: money.MustParse(unitPrice), Quantity: money.MustParse(quantity)}}
}

var demoCustomers = []demoCustomer{
	{"hokuto", "株式会社北斗テクノロジー", "大手町2-4-1", "千代田区", "100-0004", "JP", "T9876543210987", "JPY", "ja", billing.TrueUnblended, "",
		billing.InvoiceSettings{Rounding: yen, Exchange: "payer", Tax: consumptionTax, AdditionalItems: item("運用監視サービス", "50000", "1")}},
	{"sakura", "さくら物流株式会社", "港町5-6", "横浜市", "231-0001", "JP", "", "JPY", "ja", billing.List, "list-less-five",
		billing.InvoiceSettings{Rounding: yen, Exchange: "payer", Tax: consumptionTax}},
	{"aozora", "青空メディア合同会社", "梅田3-1-3", "大阪市", "530-0001", "JP", "", "JPY", "ja", billing.Amortized, "",
		billing.InvoiceSettings{Rounding: billing.RoundingSettings{Mode: money.Down, Point: "account"}, Tax: consumptionTax, Discount: discount(5, "usage")}},
	{"mueller", "Müller & Söhne Maschinenbau GmbH", "Königstraße 12", "Köln", "50667", "DE", "DE123456789", "EUR", "de", billing.TrueUnblended, "managed",
		billing.InvoiceSettings{Rounding: billing.RoundingSettings{Mode: money.HalfUp}, Tax: reverseCharge, AdditionalItems: item("Betriebsunterstützung", "420.50", "2")}},
	{"gruenwald", "Grünwald Energie AG", "Bahnhofstrasse 7", "Zürich", "8001", "CH", "", "EUR", "de", billing.Blended, "",
		billing.InvoiceSettings{Rounding: billing.RoundingSettings{Mode: money.HalfEven}, Tax: outOfScope, Terms: billing.Terms{Due: "net-30"}}},
	{"lumiere", "Lumière Éditions SAS", "8 rue des Écoles", "Paris", "75005", "FR", "FR12345678901", "EUR", "en", billing.Unblended, "",
		billing.InvoiceSettings{Rounding: billing.RoundingSettings{Point: "invoice"}, Tax: reverseCharge}},
	{"hanbit", "한빛소프트 주식회사", "테헤란로 152", "서울", "06236", "KR", "", "KRW", "ko", billing.TrueUnblended, "",
		billing.InvoiceSettings{Rounding: billing.RoundingSettings{Mode: money.Down}, Tax: outOfScope}},
	{"mirae", "미래물산 주식회사", "해운대로 77", "부산", "48058", "KR", "", "KRW", "ko", billing.List, "",
		billing.InvoiceSettings{Rounding: billing.RoundingSettings{Mode: money.Down}, Tax: outOfScope, Discount: discount(2, "subtotal")}},
	{"pinecrest", "Pinecrest Analytics, Inc.", "400 Main Street", "Portland", "97204", "US", "", "USD", "en", billing.TrueUnblended, "list-less-five",
		billing.InvoiceSettings{Tax: outOfScope, Terms: billing.Terms{Due: "net-45"}}},
	{"blueharbor", "Blue Harbor Health LLC", "12 Wharf Road", "Boston", "02110", "US", "", "USD", "en", billing.TrueUnblended, "",
		billing.InvoiceSettings{Tax: outOfScope, AdditionalItems: item("Goodwill for the outage of June", "-75", "1"), Note: "Thank you for your business."}},
	{"meihua", "梅花科技有限公司", "信義路五段7號", "臺北市", "110", "TW", "", "TWD", "zh-TW", billing.TrueUnblended, "",
		billing.InvoiceSettings{Tax: outOfScope}},
	{"kestrel", "Kestrel Robotics Ltd", "3 Mill Lane", "Cambridge", "CB2 1RX", "GB", "GB123456789", "GBP", "en", billing.TrueUnblended, "kestrel",
		billing.InvoiceSettings{Tax: outOfScope, Discount: discount(3, "usage")}},
}

func (d demoCustomer) customer() billing.Customer {
	c := billing.Customer{
		ID: d.id, Name: d.name, TaxRegistration: d.registration,
		Address: &billing.Address{Lines: []string{d.line}, City: d.city, PostalCode: d.code, Country: d.country},
	}
	if d.id == demoTier {
		c.SellingBook, c.Contact = billing.Attach("pinecrest-resale"), "billing@pinecrest.example"
		c.Payment = []string{"First Example Bank, 000 123 456 789"}
	}
	return c
}

// demoTier is the customer that resells, demoResold the one that buys from it.
const demoTier, demoResold = "pinecrest", "blueharbor"

// group is the customer's billing group; it claims the accounts for all time.
func (d demoCustomer) group(accounts []string) billing.BillingGroup {
	g := billing.BillingGroup{
		ID: d.id + "-main", Customer: d.id, Currency: d.currency, Language: d.language, CostBasis: d.basis,
		Claims: []billing.Claim{{Accounts: accounts}}, Invoice: d.invoice,
	}
	if d.book != "" {
		g.PriceBook = billing.Attach(d.book)
	}
	if d.id == demoResold {
		g.Parent = demoTier + "-main" // whose invoices have a series of their own
	} else {
		g.Invoice.Series = "INV-{yyyy}-{seq:6}"
	}
	return g
}
