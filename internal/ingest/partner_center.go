package ingest

import (
	"strings"

	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/source"
)

// partnerCenter is the daily rated usage of Microsoft Partner Center, new commerce,
// billed or not yet billed, as JSON lines or CSV: what a partner pays for the Azure
// plans of its customers, day by day. Purchases of reservations, savings plans and
// licences are not in it, but in partnerInvoice.
//
// An account is a subscription of the customer's, which is the Azure plan; the Azure
// subscriptions below it are the cost category “entitlement”, the customer's tenant
// is the cost category “customer”.
//
// Microsoft bills the effective unit price, which is the unit price less the partner's
// earned credit. Net cost is what it bills; billed cost and list cost are at the unit
// price, so that the credit stays with the partner (R11).
var partnerCenter = format{
	name: "partner-center",
	kind: source.PartnerCenter,
	mark: "BillingPreTaxTotal (Partner Center daily rated usage)",
	recognise: func(names map[string]bool) bool {
		return all(names, "partnerid", "customerid", "billingpretaxtotal", "usagedate")
	},
	texts: append([]place[lake.Text]{
		{"metercategory", lake.ServiceName},
		{"metersubcategory", lake.UsageType},
		{"metername", lake.Operation},
		{"meterid", lake.SkuID},
		{"meterregion", lake.RegionName},
		{"resourcelocation", lake.RegionID},
		{"resourceuri", lake.ResourceID},
		{"unit", lake.PricingUnit},
		{"billingcurrency", lake.BillingCurrency},
		{"benefitid", lake.CommitmentDiscountID},
		{"benefittype", lake.CommitmentDiscountType},
	}, partnerTexts...),
	numbers: []place[lake.Number]{
		{"billingpretaxtotal", lake.BilledCost},
		{"quantity", lake.PricingQuantity},
	},
	instants: []place[lake.Instant]{
		{"usagedate", lake.ChargePeriodStart},
	},
	mapped:  partnerMap,
	cells:   azureCells,
	clock:   azure.clock,
	asks:    []string{"unitprice", "pctobcexchangerate", "partnerearnedcreditpercentage"},
	undated: true,
	spread:  true,
	finish:  finishPartnerCenter,
}

// partnerTexts are what both files of Partner Center have.
var partnerTexts = []place[lake.Text]{
	{"partnerid", lake.BillingAccountID},
	{"partnername", lake.BillingAccountName},
	{"invoicenumber", lake.InvoiceID},
	{"subscriptionid", lake.SubAccountID},
	{"customername", lake.SubAccountName},
	{"chargetype", lake.LineItemType},
	{"publishername", lake.PublisherName},
	{"productname", lake.ChargeDescription},
}

// Places in asks of partnerCenter and, from the third on, of partnerInvoice.
const (
	partnerUnitPrice = iota
	partnerExchange
	partnerEffectivePrice
	partnerTax
	partnerMeter
	partnerReservation
	partnerProduct

	partnerCreditPercent = partnerEffectivePrice // of partnerCenter
)

// partnerMap binds tags, and who a line is for below the account.
func partnerMap(name string) (mapping, bool) {
	switch plainName(name) {
	case "tags":
		return mapping{to: lake.Tags}, true
	case "customerid":
		return mapping{to: lake.CostCategories, key: "customer"}, true
	case "entitlementid":
		return mapping{to: lake.CostCategories, key: "entitlement"}, true
	case "resourcegroup":
		return mapping{to: lake.CostCategories, key: "resource_group"}, true
	}
	return mapping{}, false
}

// finishPartnerCenter derives provider, class, category and the amounts at the unit
// price.
func finishPartnerCenter(line *row, notes *notes) error {
	line.text[lake.Provider] = constant("azure")
	line.text[lake.ServiceCode] = line.text[lake.ServiceName]
	class, category := lake.ClassUsage, "Usage"
	switch kind := strings.ToLower(string(line.text[lake.LineItemType])); {
	case kind == "", kind == "new", kind == "usage", kind == "consumption", kind == "billed", kind == "unbilled":
		line.text[lake.LineItemType] = usageType
		if isStranger(line.text[lake.PublisherName]) {
			class = lake.ClassMarketplace
		}
	case strings.Contains(kind, "credit"):
		class, category = lake.ClassEntry, "Credit"
	case strings.Contains(kind, "refund"), strings.Contains(kind, "cancel"), strings.Contains(kind, "adjust"):
		class, category = lake.ClassEntry, "Adjustment"
	default: // R10
		class, category = lake.ClassEntry, "Adjustment"
		notes.unknownType(line)
	}
	line.text[lake.Class], line.text[lake.ChargeCategory] = constant(class), constant(category)
	if len(line.text[lake.CommitmentDiscountID]) > 0 && class == lake.ClassUsage {
		line.text[lake.CommitmentDiscountStatus] = constant("Used")
	}
	line.instant[lake.ChargePeriodEnd] = nextDay(line.instant[lake.ChargePeriodStart])
	line.set(lake.EffectiveCost, line.number[lake.BilledCost])

	unit, err := line.partnerPrice(partnerUnitPrice, "UnitPrice")
	if err != nil || class == lake.ClassEntry {
		return err
	}
	rate, err := line.askedNumber(partnerCreditPercent, "PartnerEarnedCreditPercentage")
	if err != nil {
		return err
	}
	gross := unit.Mul(line.number[lake.PricingQuantity].Decimal())
	if err := line.keepPartnerCredit(rate, gross, notes); err != nil || unit.IsZero() {
		return err
	}
	if err := line.derive(lake.ListUnitPrice, unit); err != nil {
		return err
	}
	return line.derive(lake.ListCost, gross)
}

// partnerPrice is a price per unit in the billing currency: files of Partner Center
// give it in the pricing currency, with the rate between the two.
func (r *row) partnerPrice(at int, name string) (money.Decimal, error) {
	unit, err := r.askedNumber(at, name)
	if err != nil {
		return money.Zero, err
	}
	exchange, err := r.askedNumber(partnerExchange, "PCToBCExchangeRate")
	if err != nil || exchange.IsZero() {
		return unit, err // one currency
	}
	return unit.Mul(exchange), nil
}

// isStranger tells whether a publisher is somebody else than a cloud provider.
func isStranger(publisher []byte) bool { return len(publisher) > 0 && focusProvider(publisher) == nil }
