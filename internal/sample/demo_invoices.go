package sample

import (
	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/money"
)

func discount(percent int64, base string) *billing.Discount {
	return &billing.Discount{Percent: money.FromInt(percent), Base: base}
}

func item(label, unitPrice, quantity string) []billing.AdditionalItem {
	return []billing.AdditionalItem{{Label: label, UnitPrice: money.MustParse(unitPrice), Quantity: money.MustParse(quantity)}}
}

// demoTemplates are what several contracts have in common: those in Japan, and
// those with buyers abroad, whose taxes follow from the two countries.
func demoTemplates() []billing.InvoiceTemplate {
	return []billing.InvoiceTemplate{
		{ID: "japan", Name: "国内標準", Invoice: billing.InvoiceSettings{
			Terms:    billing.Terms{Due: "day-25-of-next-month", Weekend: "next-business-day"},
			Rounding: billing.RoundingSettings{Mode: money.Down, Point: "service"},
			Tax: []billing.Tax{
				{Category: "standard", Percent: money.FromInt(10), Label: "消費税"},
				{Category: "reduced", Percent: money.FromInt(8), Label: "消費税（軽減税率）"},
			},
			Layout: "seikyusho",
		}},
		{ID: "abroad", Name: "Buyers abroad", Invoice: billing.InvoiceSettings{TaxBy: "regime", Layout: "international"}},
	}
}

// demoLayouts are how documents look in Japan and abroad. Both say behind the document
// what changed since the month before.
func demoLayouts() []billing.Layout {
	return []billing.Layout{
		{ID: "seikyusho", Name: "国内用（角印）", BasedOn: "classic", Colours: billing.LayoutColours{Accent: "#7a2e1f"}, Annexes: []string{"changes"},
			Words: []billing.LayoutWords{{
				Language: "ja", Labels: map[string]string{"bank_details": "お振込先"},
				Opening: "平素より格別のお引き立てを賜り、厚く御礼申し上げます。\n下記のとおりご請求申し上げます。",
				Remarks: "恐れ入りますが、振込手数料はお客様にてご負担ください。",
			}}},
		{ID: "international", Name: "International", BasedOn: "modern", Colours: billing.LayoutColours{Accent: "#7a2e1f"}, Annexes: []string{"changes"}},
	}
}

func demoServices() []billing.BillingService {
	return []billing.BillingService{{
		ID: "operations-desk", Name: "運用デスク", Currency: "JPY",
		Kind: "greater", Percent: exactly("5"), Fixed: exactly("1500"), UpperLimit: exactly("9000"),
	}}
}

func demoCoupons() []billing.Coupon {
	end := DemoMonths()[2].Next().FirstDay()
	return []billing.Coupon{
		{Code: "WELCOME-2026", Label: "ご新規割引", Amount: exactly("5000"), Currency: "JPY", To: &end},
		{Code: "PARTNER-DAY", Label: "Partner day", Percent: exactly("10"), Groups: []string{"kestrel-main"}},
	}
}

// demoEntryRules bill customers for what the provider refunds and credits them,
// and for the names that they register. What the provider gives the reseller is
// the reseller's; what is left waits for a person.
func demoEntryRules() []billing.EntryRule {
	return []billing.EntryRule{
		{ID: "refunds-and-credits", Any: []billing.EntryFilter{{Kind: equal("refund", "credit")}}, Action: "apply"},
		{ID: "registered-names", Any: []billing.EntryFilter{{Kind: equal("fee"), Service: equal("AmazonRegistrar")}}, Action: "apply"},
		{ID: "provider-discounts", Any: []billing.EntryFilter{{Kind: equal("discount")}}, Action: "keep"},
	}
}

func demoProjects() []billing.Project {
	return []billing.Project{{Code: "PJ-EAST", Name: "東アジア"}, {Code: "PJ-WEST", Name: "Europe and America"}}
}

// demoProject is the project of the customers in a country.
var demoProject = map[string]string{
	"JP": "PJ-EAST", "KR": "PJ-EAST", "TW": "PJ-EAST",
	"CH": "PJ-WEST", "DE": "PJ-WEST", "FR": "PJ-WEST", "GB": "PJ-WEST", "US": "PJ-WEST",
}

// DemoPrepaid is the billing group of the demo that pays in advance, and what it
// has paid, in the currency of its invoices.
func DemoPrepaid() (group string, amount money.Decimal) { return "meihua-main", money.FromInt(10_000) }
