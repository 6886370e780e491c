package ingest

import (
	"strings"

	"github.com/sluice-billing/sluice/internal/billing"
	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/source"
)

// focus is the FinOps Open Cost and Usage Specification, 1.0 to 1.3, as AWS,
// Microsoft, Google and Oracle export it.
var focus = format{
	name: "focus",
	kind: source.FOCUS,
	mark: "BilledCost (FOCUS)",
	recognise: func(names map[string]bool) bool {
		return all(names, "billedcost", "chargeperiodstart", "chargecategory")
	},
	texts: []place[lake.Text]{
		{"billingaccountid", lake.BillingAccountID},
		{"billingaccountname", lake.BillingAccountName},
		{"billingcurrency", lake.BillingCurrency},
		{"subaccountid", lake.SubAccountID},
		{"subaccountname", lake.SubAccountName},
		{"invoiceid", lake.InvoiceID},
		{"invoiceissuername", lake.InvoiceIssuerName},
		{"invoiceissuer", lake.InvoiceIssuerName},
		{"serviceprovidername", lake.ProviderName},
		{"providername", lake.ProviderName},
		{"provider", lake.ProviderName},
		{"publishername", lake.PublisherName},
		{"publisher", lake.PublisherName},
		{"chargecategory", lake.ChargeCategory},
		{"chargeclass", lake.ChargeClass},
		{"chargedescription", lake.ChargeDescription},
		{"chargefrequency", lake.ChargeFrequency},
		{"pricingcategory", lake.PricingCategory},
		{"pricingunit", lake.PricingUnit},
		{"consumedunit", lake.ConsumedUnit},
		{"servicecategory", lake.ServiceCategory},
		{"servicesubcategory", lake.ServiceSubcategory},
		{"servicename", lake.ServiceName},
		{"xservicecode", lake.ServiceCode},
		{"xusagetype", lake.UsageType},
		{"xoperation", lake.Operation},
		{"regionid", lake.RegionID},
		{"region", lake.RegionID},
		{"regionname", lake.RegionName},
		{"availabilityzone", lake.AvailabilityZone},
		{"resourceid", lake.ResourceID},
		{"resourcename", lake.ResourceName},
		{"resourcetype", lake.ResourceType},
		{"skuid", lake.SkuID},
		{"skupriceid", lake.SkuPriceID},
		{"commitmentdiscountid", lake.CommitmentDiscountID},
		{"commitmentdiscountname", lake.CommitmentDiscountName},
		{"commitmentdiscounttype", lake.CommitmentDiscountType},
		{"commitmentdiscountcategory", lake.CommitmentDiscountCategory},
		{"commitmentdiscountstatus", lake.CommitmentDiscountStatus},
	},
	numbers: []place[lake.Number]{
		{"billedcost", lake.BilledCost},
		{"effectivecost", lake.EffectiveCost},
		{"listcost", lake.ListCost},
		{"contractedcost", lake.ContractedCost},
		{"pricingquantity", lake.PricingQuantity},
		{"consumedquantity", lake.ConsumedQuantity},
		{"listunitprice", lake.ListUnitPrice},
		{"contractedunitprice", lake.ContractedUnitPrice},
		{"commitmentdiscountquantity", lake.CommitmentDiscountQuantity},
	},
	instants: []place[lake.Instant]{
		{"chargeperiodstart", lake.ChargePeriodStart},
		{"chargeperiodend", lake.ChargePeriodEnd},
		{"billingperiodstart", lake.BillingPeriodStart},
		{"billingperiodend", lake.BillingPeriodEnd},
	},
	mapped: func(name string) (mapping, bool) {
		if strings.EqualFold(name, "Tags") {
			return mapping{to: lake.Tags}, true
		}
		return mapping{}, false
	},
	cells:    jsonCells,
	clock:    utc,
	null:     "NULL",
	currency: "USD",
	asks:     []string{"xpartnercreditapplied", "xpartnercreditrate"}, // Azure's, of partners
	spread:   true,
	finish:   finishFOCUS,
}

// finishFOCUS derives provider and class of a line.
func finishFOCUS(line *row, notes *notes) error {
	line.text[lake.Provider] = focusProvider(line.text[lake.ProviderName])
	line.text[lake.LineItemType] = line.text[lake.ChargeCategory]
	if len(line.text[lake.ServiceCode]) == 0 {
		line.text[lake.ServiceCode] = line.text[lake.ServiceName]
	}
	class := lake.ClassEntry
	switch string(line.text[lake.ChargeCategory]) {
	case "Usage":
		class = lake.ClassUsage
		publisher := line.text[lake.PublisherName]
		if len(publisher) > 0 && focusProvider(publisher) == nil && len(line.text[lake.Provider]) > 0 {
			class = lake.ClassMarketplace // somebody else's product
		}
	case "Purchase":
		if len(line.text[lake.CommitmentDiscountID]) > 0 && string(line.text[lake.ChargeFrequency]) == "Recurring" {
			class = lake.ClassCommitmentFee
		}
	case "Tax":
		class = lake.ClassTax
	case "Credit", "Adjustment":
	default: // R10
		notes.unknownType(line)
		line.text[lake.ChargeCategory] = constant("Adjustment")
	}
	line.text[lake.Class] = constant(class)
	if !creditApplied(line.asked[0]) {
		return nil
	}
	rate, err := line.askedNumber(1, "x_PartnerCreditRate")
	if err != nil {
		return err
	}
	return line.keepPartnerCredit(rate, line.number[lake.ContractedCost].Decimal(), notes)
}

// focusProvider returns our name of a provider, or nil for a stranger.
func focusProvider(name []byte) []byte {
	p, known := billing.ProviderNamed(string(name))
	if !known {
		return nil
	}
	return constant(p.ID)
}
