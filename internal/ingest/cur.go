package ingest

import (
	"strings"

	"github.com/sluice-billing/sluice/internal/lake"
	"github.com/sluice-billing/sluice/internal/money"
	"github.com/sluice-billing/sluice/internal/source"
)

// cur is the AWS Cost and Usage Report, legacy and 2.0, whose columns differ
// only in spelling and in what is nested (AWS CUR user guide, table
// dictionary of AWS Data Exports).
var cur = format{
	name: "aws-cur",
	kind: source.AWSCUR,
	mark: "lineItem/UnblendedCost (AWS cost and usage report)",
	recognise: func(names map[string]bool) bool {
		return all(names, "lineitemunblendedcost", "lineitemusageaccountid", "lineitemusagestartdate")
	},
	texts: []place[lake.Text]{
		{"identitylineitemid", lake.LineItemID},
		{"identitytimeinterval", lake.TimeInterval},
		{"billinvoiceid", lake.InvoiceID},
		{"billinvoicingentity", lake.InvoiceIssuerName},
		{"billbillingentity", lake.BillingEntity},
		{"billbilltype", lake.BillType},
		{"billpayeraccountid", lake.BillingAccountID},
		{"billpayeraccountname", lake.BillingAccountName},
		{"lineitemusageaccountid", lake.SubAccountID},
		{"lineitemusageaccountname", lake.SubAccountName},
		{"lineitemlineitemtype", lake.LineItemType},
		{"lineitemproductcode", lake.ServiceCode},
		{"lineitemusagetype", lake.UsageType},
		{"lineitemoperation", lake.Operation},
		{"lineitemavailabilityzone", lake.AvailabilityZone},
		{"reservationavailabilityzone", lake.AvailabilityZone},
		{"lineitemresourceid", lake.ResourceID},
		{"lineitemcurrencycode", lake.BillingCurrency},
		{"lineitemlineitemdescription", lake.ChargeDescription},
		{"lineitemtaxtype", lake.TaxType},
		{"lineitemlegalentity", lake.LegalEntity},
		{"productproductname", lake.ServiceName},
		{"productservicename", lake.ServiceName},
		{"productregioncode", lake.RegionID},
		{"productregion", lake.RegionID},
		{"productlocation", lake.RegionName},
		{"productinstancetype", lake.InstanceType},
		{"productproductfamily", lake.ProductFamily},
		{"productsku", lake.SkuID},
		{"pricingratecode", lake.SkuPriceID},
		{"pricingrateid", lake.SkuPriceID},
		{"pricingterm", lake.PricingCategory},
		{"pricingunit", lake.PricingUnit},
		{"pricingpurchaseoption", lake.PurchaseOption},
		{"savingsplanpaymentoption", lake.PurchaseOption},
		{"pricingofferingclass", lake.OfferingClass},
		{"savingsplanofferingtype", lake.OfferingClass},
		{"pricingleasecontractlength", lake.LeaseTerm},
		{"savingsplanpurchaseterm", lake.LeaseTerm},
		{"reservationstarttime", lake.CommitmentStart},
		{"savingsplanstarttime", lake.CommitmentStart},
		{"reservationendtime", lake.CommitmentEnd},
		{"savingsplanendtime", lake.CommitmentEnd},
		{"savingsplaninstancetypefamily", lake.SavingsPlanFamily},
		{"savingsplanregion", lake.SavingsPlanRegion},
		{"reservationreservationarn", lake.CommitmentDiscountID},
		{"savingsplansavingsplanarn", lake.CommitmentDiscountID},
	},
	numbers: []place[lake.Number]{
		{"lineitemunblendedcost", lake.BilledCost},
		{"lineitemunblendedrate", lake.UnblendedRate},
		{"lineitemblendedcost", lake.BlendedCost},
		{"lineitemnetunblendedcost", lake.NetCost},
		{"lineitemusageamount", lake.PricingQuantity},
		{"lineitemblendedrate", lake.BlendedRate},
		{"lineitemnetunblendedrate", lake.NetRate},
		{"lineitemnormalizationfactor", lake.NormalizationFactor},
		{"lineitemnormalizedusageamount", lake.NormalizedQuantity},
		{"pricingpublicondemandcost", lake.ListCost},
		{"pricingpublicondemandrate", lake.ListUnitPrice},
		{"reservationeffectivecost", lake.EffectiveCost},
		{"reservationneteffectivecost", lake.NetEffectiveCost},
		{"reservationamortizedupfrontcostforusage", lake.ReservationUpfrontForUsage},
		{"reservationrecurringfeeforusage", lake.ReservationRecurringForUsage},
		{"reservationamortizedupfrontfeeforbillingperiod", lake.ReservationUpfrontForPeriod},
		{"reservationunusedamortizedupfrontfeeforbillingperiod", lake.ReservationUnusedUpfront},
		{"reservationunusedrecurringfee", lake.ReservationUnusedRecurring},
		{"reservationunusedquantity", lake.ReservationUnusedQuantity},
		{"reservationnumberofreservations", lake.ReservationCount},
		{"reservationtotalreservedunits", lake.ReservationUnits},
		{"savingsplansavingsplanrate", lake.SavingsPlanRate},
		{"savingsplansavingsplaneffectivecost", lake.SavingsPlanEffectiveCost},
		{"savingsplantotalcommitmenttodate", lake.SavingsPlanCommitment},
		{"savingsplanusedcommitment", lake.SavingsPlanUsed},
		{"savingsplanamortizedupfrontcommitmentforbillingperiod", lake.SavingsPlanUpfrontForPeriod},
		{"savingsplanrecurringcommitmentforbillingperiod", lake.SavingsPlanRecurringForPeriod},
	},
	instants: []place[lake.Instant]{
		{"lineitemusagestartdate", lake.ChargePeriodStart},
		{"lineitemusageenddate", lake.ChargePeriodEnd},
		{"billbillingperiodstartdate", lake.BillingPeriodStart},
		{"billbillingperiodenddate", lake.BillingPeriodEnd},
	},
	mapped:   curMap,
	cells:    jsonCells,
	clock:    utc,
	currency: "USD",
	finish:   finishCUR,
}

// curMap binds tags and cost categories: legacy has a column for each key, 2.0
// one JSON map for all.
func curMap(name string) (mapping, bool) {
	switch lower := strings.ToLower(name); {
	case lower == "resource_tags" || lower == "tags":
		return mapping{to: lake.Tags}, true
	case lower == "cost_category":
		return mapping{to: lake.CostCategories}, true
	case lower == "product" || lower == "discount":
		return mapping{spread: lower}, true
	case strings.HasPrefix(lower, "resourcetags/"):
		return mapping{to: lake.Tags, key: name[len("resourcetags/"):]}, true
	case strings.HasPrefix(lower, "resource_tags_"):
		return mapping{to: lake.Tags, key: name[len("resource_tags_"):]}, true
	case strings.HasPrefix(lower, "costcategory/"):
		return mapping{to: lake.CostCategories, key: name[len("costcategory/"):]}, true
	case strings.HasPrefix(lower, "cost_category_"):
		return mapping{to: lake.CostCategories, key: name[len("cost_category_"):]}, true
	}
	return mapping{}, false
}

// curType is what is known of a lineItem/LineItemType.
type curType struct{ category, class string }

var curTypes = map[string]curType{
	"Usage":                   {"Usage", lake.ClassUsage},
	"DiscountedUsage":         {"Usage", lake.ClassUsage},
	"SavingsPlanCoveredUsage": {"Usage", lake.ClassUsage},
	"SavingsPlanNegation":     {"Usage", lake.ClassUsage},
	"FlatRateSubscription":    {"Usage", lake.ClassUsage},
	"RIFee":                   {"Purchase", lake.ClassCommitmentFee},
	"SavingsPlanRecurringFee": {"Purchase", lake.ClassCommitmentFee},
	"SavingsPlanUpfrontFee":   {"Purchase", lake.ClassEntry},
	"Fee":                     {"Purchase", lake.ClassEntry},
	"Tax":                     {"Tax", lake.ClassTax},
	"Credit":                  {"Credit", lake.ClassEntry},
	"Refund":                  {"Adjustment", lake.ClassEntry},
	"EdpDiscount":             {"Adjustment", lake.ClassEntry},
	"SppDiscount":             {"Adjustment", lake.ClassEntry},
	"PrivateRateDiscount":     {"Adjustment", lake.ClassEntry},
	"BundledDiscount":         {"Adjustment", lake.ClassEntry},
	"RiVolumeDiscount":        {"Adjustment", lake.ClassEntry},
	"Discount":                {"Adjustment", lake.ClassEntry},
}

// supportCodes are the services whose lines are support fees: adjusting
// entries (R27), never usage.
var supportCodes = map[string]bool{
	"AWSSupportDeveloper": true, "AWSSupportBusiness": true, "AWSSupportEnterprise": true,
	"AwsPremiumSupport": true, "OCBPremiumSupport": true,
}

// finishCUR derives class, category, fence and amortized cost of a line.
func finishCUR(line *row, notes *notes) error {
	line.text[lake.Provider] = constant("aws")
	if len(line.text[lake.LineItemType]) == 0 {
		line.text[lake.LineItemType] = usageType
		notes.assume("line-type", "the file has no lineItem/LineItemType; its lines are taken for Usage")
	}
	kind := line.text[lake.LineItemType]
	known, ok := curTypes[string(kind)]
	if !ok {
		known = curType{"Adjustment", lake.ClassEntry} // R10
		notes.unknownType(line)
	}
	class := known.class
	if class == lake.ClassUsage {
		switch {
		case string(line.text[lake.BillingEntity]) == "AWS Marketplace":
			class = lake.ClassMarketplace
		case supportCodes[string(line.text[lake.ServiceCode])]:
			class = lake.ClassEntry
		}
	}
	line.text[lake.Class] = constant(class)
	line.text[lake.ChargeCategory] = constant(known.category)

	switch string(line.text[lake.Operation]) { // R10: rows that repeat their parent's cost
	case "EKSPod-EC2", "ECSTask-EC2":
		line.text[lake.Fence] = constant(lake.FenceSplitCost)
	}

	// Amortized cost, aws-billing §1.8. Until here EffectiveCost holds what the
	// file says in reservation/EffectiveCost.
	amortized := line.number[lake.BilledCost]
	switch string(kind) {
	case "SavingsPlanCoveredUsage":
		amortized = line.number[lake.SavingsPlanEffectiveCost]
	case "SavingsPlanRecurringFee":
		amortized = minus(line.number[lake.SavingsPlanCommitment], line.number[lake.SavingsPlanUsed])
	case "SavingsPlanNegation":
		amortized = money.Atto{}
		if len(line.text[lake.Fence]) == 0 {
			line.text[lake.Fence] = constant(lake.FenceNegation)
		}
	case "SavingsPlanUpfrontFee":
		amortized = money.Atto{}
	case "DiscountedUsage":
		amortized = line.number[lake.EffectiveCost]
	case "RIFee":
		amortized = plus(line.number[lake.ReservationUnusedUpfront], line.number[lake.ReservationUnusedRecurring])
	case "Fee":
		if len(line.text[lake.CommitmentDiscountID]) > 0 {
			amortized = money.Atto{}
		}
	case "Refund":
		if savingsPlanFeeRefund(line) {
			amortized = money.Atto{}
		}
	}
	line.set(lake.EffectiveCost, amortized)
	return nil
}

// savingsPlanFeeRefund tells whether a refund gives back a savings plan's
// one-time fee, which amortization never counted.
func savingsPlanFeeRefund(line *row) bool {
	return string(line.text[lake.ServiceCode]) == "ComputeSavingsPlans" &&
		strings.HasPrefix(string(line.text[lake.ChargeDescription]), "Refund for one-time fee for Savings Plan")
}

// plus and minus cannot overflow: both sides were parsed from DECIMAL(38,18)
// and a 128-bit number has a spare bit.
func plus(a, b money.Atto) money.Atto {
	sum, _ := a.Add(b)
	return sum
}

func minus(a, b money.Atto) money.Atto { return plus(a, b.Neg()) }

// usageType is the line type of files that have none.
var usageType = []byte("Usage")
