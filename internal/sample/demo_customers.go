package sample

import (
	"maps"
	"slices"
	"time"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

// demoMove is the day on which an account of the demo changes its group.
var demoMove = billing.DayOf(time.Date(2026, time.August, 15, 0, 0, 0, 0, time.UTC))

// demoCustomer is a customer of the demo and how its one invoice is made.
type demoCustomer struct {
	id, name, line, city, code, country, registration string
	currency, language, template                      string
	basis                                             billing.Basis
	book                                              string // before the reseller's selling_book
	invoice                                           billing.InvoiceSettings
}

var demoCustomers = []demoCustomer{
	{"hokuto", "株式会社北斗テクノロジー", "大手町2-4-1", "千代田区", "100-0004", "JP", "T2876543210987", "JPY", "ja", "japan", billing.TrueUnblended, "",
		billing.InvoiceSettings{
			Exchange: "payer",
			Support:  []billing.Support{{Kind: "plan", Plan: "aws-business"}},
			Agency:   []billing.AgencyFee{{Kind: "percent", Percent: exactly("2"), Base: "usage+support"}},
			AdditionalItems: append(item("運用監視サービス", "50000", "1"),
				billing.AdditionalItem{Label: "業界紙購読料", UnitPrice: money.FromInt(900), Quantity: money.FromInt(2), Tax: "reduced"}),
			Expect: &billing.Expect{Change: exactly("40"), AtLeast: exactly("20000"), MissingAccount: true},
		}},
	{"sakura", "さくら物流株式会社", "港町5-6", "横浜市", "231-0001", "JP", "", "JPY", "ja", "japan", billing.List, "list-less-five",
		billing.InvoiceSettings{Exchange: "payer", Coupons: []string{"WELCOME-2026"}}},
	{"aozora", "青空メディア合同会社", "梅田3-1-3", "大阪市", "530-0001", "JP", "", "JPY", "ja", "japan", billing.Amortized, "",
		billing.InvoiceSettings{
			Discount:        discount(5, "usage"),
			BillingServices: []billing.ServiceUse{{Service: "operations-desk", Accounts: []string{"200000000003", "200000000015"}}},
			Minimum:         &billing.Minimum{Amount: money.FromInt(65_000), Label: "最低利用料金との差額"},
		}},
	{"mueller", "Müller & Söhne Maschinenbau GmbH", "Königstraße 12", "Köln", "50667", "DE", "DE123456788", "EUR", "de", "abroad", billing.TrueUnblended, "managed",
		billing.InvoiceSettings{AdditionalItems: item("Betriebsunterstützung", "420.50", "2")}},
	{"gruenwald", "Grünwald Energie AG", "Bahnhofstrasse 7", "Zürich", "8001", "CH", "", "EUR", "de", "abroad", billing.Blended, "",
		billing.InvoiceSettings{Rounding: billing.RoundingSettings{Mode: money.HalfEven}, Terms: billing.Terms{Due: "net-30"}}},
	{"lumiere", "Lumière Éditions SAS", "8 rue des Écoles", "Paris", "75005", "FR", "FR15345678901", "EUR", "fr", "abroad", billing.Unblended, "",
		billing.InvoiceSettings{Rounding: billing.RoundingSettings{Point: "invoice"}}},
	{"hanbit", "한빛소프트 주식회사", "테헤란로 152", "서울", "06236", "KR", "", "KRW", "ko", "abroad", billing.TrueUnblended, "",
		billing.InvoiceSettings{Rounding: billing.RoundingSettings{Mode: money.Down}}},
	{"mirae", "미래물산 주식회사", "해운대로 77", "부산", "48058", "KR", "", "KRW", "ko", "abroad", billing.List, "",
		billing.InvoiceSettings{Rounding: billing.RoundingSettings{Mode: money.Down}, Discount: discount(2, "subtotal")}},
	{"pinecrest", "Pinecrest Analytics, Inc.", "400 Main Street", "Portland", "97204", "US", "", "USD", "en", "abroad", billing.TrueUnblended, "list-less-five",
		billing.InvoiceSettings{
			Terms:           billing.Terms{Due: "net-45"},
			SpendCommitment: &billing.SpendCommitment{Amount: money.FromInt(2_400), Every: 3, From: DemoMonths()[0], Label: "Quarterly commitment"},
		}},
	{"blueharbor", "Blue Harbor Health LLC", "12 Wharf Road", "Boston", "02110", "US", "", "USD", "en", "abroad", billing.TrueUnblended, "",
		billing.InvoiceSettings{AdditionalItems: item("Goodwill for the outage of June", "-75", "1"), Note: "Thank you for your business."}},
	{"meihua", "梅花科技有限公司", "信義路五段7號", "臺北市", "110", "TW", "12345675", "TWD", "zh-TW", "abroad", billing.TrueUnblended, "",
		billing.InvoiceSettings{Prepaid: true, CarryCredit: true}},
	{"kestrel", "Kestrel Robotics Ltd", "3 Mill Lane", "Cambridge", "CB2 1RX", "GB", "GB987654353", "GBP", "en", "abroad", billing.TrueUnblended, "kestrel",
		billing.InvoiceSettings{Discount: discount(3, "usage"), Coupons: []string{"PARTNER-DAY"}}},
}

func (d demoCustomer) customer() billing.Customer {
	c := billing.Customer{
		ID: d.id, Name: d.name, TaxRegistration: d.registration,
		Address: &billing.Address{Lines: []string{d.line}, City: d.city, PostalCode: d.code, Country: d.country},
	}
	c.Identity = demoIdentities[d.id]
	if resells := slices.Contains(slices.Collect(maps.Values(demoResold)), d.id); resells {
		c.SellingBook, c.Contact = billing.Attach("partner-resale"), "billing@"+d.id+".example"
		c.Payment = []string{"First Example Bank, 000 123 456 789"}
	}
	return c
}

// demoIdentities are of the customers that get structured e-invoices, and of the one
// that sells on in euro.
var demoIdentities = map[string]billing.Identity{
	"hokuto": {Endpoint: "0221:T2876543210987", ContactPoint: &billing.ContactPoint{Name: "経理部 佐々木", Email: "keiri@hokuto.example"}},
	"mueller": {
		Endpoint:     "9930:DE123456788",
		ContactPoint: &billing.ContactPoint{Name: "Jutta Krämer", Phone: "+49 221 555 0112", Email: "rechnung@mueller.example"},
		Bank:         &billing.BankAccount{Holder: "Müller & Söhne Maschinenbau GmbH", IBAN: "DE89370400440532013000", BIC: "COBADEFFXXX"},
	},
	"lumiere": {Endpoint: "9957:FR15345678901", ContactPoint: &billing.ContactPoint{Name: "Claire Aubry", Email: "compta@lumiere.example"}},
	"kestrel": {Endpoint: "9932:GB987654353", ContactPoint: &billing.ContactPoint{Name: "Accounts payable", Email: "ap@kestrel.example"}},
}

// demoResold are the customers that buy from another customer, and from which.
var demoResold = map[string]string{"blueharbor": "pinecrest", "lumiere": "mueller"}

// group is the customer's billing group; it claims the accounts for all time.
func (d demoCustomer) group(accounts []string) billing.BillingGroup {
	g := billing.BillingGroup{
		ID: d.id + "-main", Customer: d.id, Currency: d.currency, Language: d.language, CostBasis: d.basis, Template: d.template,
		Claims: []billing.Claim{{Accounts: accounts}}, Invoice: d.invoice,
	}
	if d.book != "" {
		g.PriceBook = billing.Attach(d.book)
	}
	if seller := demoResold[d.id]; seller != "" {
		g.Parent = seller + "-main" // whose invoices have a series of their own
	} else {
		g.Invoice.Series, g.Invoice.NoteSeries = "INV-{yyyy}-{seq:6}", "CN-{yyyy}-{seq:4}"
	}
	g.Project = demoProject[d.country]
	return g
}
