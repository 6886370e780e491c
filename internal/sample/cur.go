package sample

import (
	"strconv"
	"strings"
	"unicode"
)

// productColumns are the product/… columns, in the order of the file.
var productColumns = []string{
	"ProductName", "availability", "clockSpeed", "currentGeneration", "databaseEngine", "dedicatedEbsThroughput",
	"deploymentOption", "durability", "ecu", "enhancedNetworkingSupported", "feeCode", "feeDescription", "fromLocation",
	"fromLocationType", "fromRegionCode", "group", "groupDescription", "instanceFamily", "instanceType",
	"instanceTypeFamily", "licenseModel", "location", "locationType", "maxIopsvolume", "memory", "networkPerformance",
	"normalizationSizeFactor", "operatingSystem", "operation", "preInstalledSw", "productFamily", "region", "regionCode",
	"servicecode", "servicename", "sku", "storageClass", "tenancy", "toLocation", "toLocationType", "transferType",
	"usagetype", "vcpu", "volumeApiName",
}

// tagColumns are the resourceTags/… columns.
var tagColumns = []string{"aws:createdBy", "user:Name", "user:Environment", "user:CostCenter", "user:Project", "user:Team"}

// curLayout is the legacy Cost and Usage Report. In Parquet its names are in
// snake case.
func curLayout(parquet bool) layout {
	columns := curColumns()
	if parquet {
		for i := range columns {
			columns[i].name = snake(columns[i].name)
		}
	}
	return layout{columns: columns, amounts: curAmounts, group: func(l *line) string { return lineTypeNames[l.kind] }}
}

func curAmounts(l *line) amounts {
	a := amounts{unblended: l.cost, amortized: l.amortized()}
	if l.hasBlended {
		a.blended = l.blended
	}
	if l.hasPublic && l.kind != negation {
		a.list = l.public
	}
	return a
}

// curColumns lists the columns of the legacy report, category/Name.
func curColumns() []column {
	columns := sharedColumns()
	for i, name := range productColumns {
		columns = append(columns, column{"product/" + name, text, func(l *line) string { return l.price.attributes[i] }})
	}
	columns = append(columns, pricingColumns()...)
	columns = append(columns, commitmentColumns()...)
	for i, name := range tagColumns {
		columns = append(columns, column{"resourceTags/" + name, text, func(l *line) string { return l.resource.tags.values[i] }})
	}
	return append(columns, column{"costCategory/Department", text, func(l *line) string { return l.resource.tags.department }})
}

// sharedColumns are identity, bill and lineItem.
func sharedColumns() []column {
	return []column{
		{"identity/LineItemId", text, func(l *line) string { return l.id }},
		{"identity/TimeInterval", text, func(l *line) string { return l.when.id }},
		{"bill/InvoiceId", text, func(l *line) string { return l.seller.invoice }},
		{"bill/InvoicingEntity", text, func(l *line) string { return "Amazon Web Services, Inc." }},
		{"bill/BillingEntity", text, func(l *line) string { return l.seller.billingEntity }},
		{"bill/BillType", text, func(l *line) string { return l.billType }},
		{"bill/PayerAccountId", text, func(l *line) string { return l.month.Payer }},
		{"bill/BillingPeriodStartDate", timestamp, func(l *line) string { return l.month.start }},
		{"bill/BillingPeriodEndDate", timestamp, func(l *line) string { return l.month.end }},
		{"lineItem/UsageAccountId", text, func(l *line) string { return l.account.id }},
		{"lineItem/LineItemType", text, func(l *line) string { return lineTypeNames[l.kind] }},
		{"lineItem/UsageStartDate", timestamp, func(l *line) string { return l.when.start }},
		{"lineItem/UsageEndDate", timestamp, func(l *line) string { return l.when.end }},
		{"lineItem/ProductCode", text, func(l *line) string { return l.price.service.code }},
		{"lineItem/UsageType", text, usageType},
		{"lineItem/Operation", text, func(l *line) string { return l.price.operation }},
		{"lineItem/AvailabilityZone", text, func(l *line) string { return l.resource.zone }},
		{"lineItem/ResourceId", text, func(l *line) string { return l.resource.id }},
		{"lineItem/UsageAmount", number, func(l *line) string { return when(l.hasUsage, l.usage) }},
		{"lineItem/NormalizationFactor", number, func(l *line) string { return when(l.price.instance != nil, factor(l)) }},
		{"lineItem/NormalizedUsageAmount", number, func(l *line) string {
			return when(l.price.instance != nil && l.hasUsage, factor(l).times(l.usage))
		}},
		{"lineItem/CurrencyCode", text, func(*line) string { return "USD" }},
		{"lineItem/UnblendedRate", text, func(l *line) string { return when(l.hasRate, l.rate) }},
		{"lineItem/UnblendedCost", number, func(l *line) string { return l.cost.String() }},
		{"lineItem/BlendedRate", text, func(l *line) string { return when(l.hasBlended, l.blendedRate) }},
		{"lineItem/BlendedCost", number, func(l *line) string { return when(l.hasBlended, l.blended) }},
		{"lineItem/LineItemDescription", text, func(l *line) string { return l.description }},
		{"lineItem/TaxType", text, func(l *line) string { return l.taxType }},
		{"lineItem/LegalEntity", text, func(l *line) string { return l.seller.legalEntity }},
	}
}

// usageType of a reservation's fee is that of what it reserves.
func usageType(l *line) string {
	switch {
	case l.kind == planRecurring || l.kind == planUpfront:
		return "ComputeSP:1yr" + strings.ReplaceAll(l.plan.option, " ", "")
	case l.kind == reservedFee || l.kind == fee && l.reservation != nil:
		return strings.Replace(l.price.usageType, "BoxUsage", "HeavyUsage", 1)
	}
	return l.price.usageType
}

func factor(l *line) units {
	if l.price.instance == nil {
		return 0
	}
	return l.price.instance.factor
}

func pricingColumns() []column {
	ofReservation := func(text func(*line) string) func(*line) string {
		return func(l *line) string {
			if l.reservation == nil {
				return ""
			}
			return text(l)
		}
	}
	return []column{
		{"pricing/LeaseContractLength", text, ofReservation(func(*line) string { return "1yr" })},
		{"pricing/OfferingClass", text, ofReservation(func(*line) string { return "standard" })},
		{"pricing/PurchaseOption", text, ofReservation(func(l *line) string { return l.reservation.option })},
		{"pricing/RateCode", text, func(l *line) string {
			if !l.hasPublic {
				return ""
			}
			return l.price.sku + ".JRTCKXETXF.6YS6EN2CT7"
		}},
		{"pricing/RateId", text, func(l *line) string { return l.price.rateID }},
		{"pricing/currency", text, func(*line) string { return "USD" }},
		{"pricing/publicOnDemandCost", number, func(l *line) string { return when(l.hasPublic, l.public) }},
		{"pricing/publicOnDemandRate", text, func(l *line) string { return when(l.hasPublic, l.price.public) }},
		{"pricing/term", text, pricingTerm},
		{"pricing/unit", text, func(l *line) string { return l.price.unit }},
	}
}

func pricingTerm(l *line) string {
	switch {
	case l.reservation != nil:
		return "Reserved"
	case l.hasPublic:
		return "OnDemand"
	}
	return ""
}

// commitmentColumns are reservation and savingsPlan.
func commitmentColumns() []column {
	covered := func(part func(*reservation) units) func(*line) string {
		return func(l *line) string {
			if l.kind != discountedUsage {
				return ""
			}
			return part(l.reservation).times(l.usage).String()
		}
	}
	monthly := func(part func(l *line) units) func(*line) string {
		return func(l *line) string {
			if l.kind != reservedFee {
				return ""
			}
			return part(l).String()
		}
	}
	ofFee := func(text func(l *line) string) func(*line) string {
		return func(l *line) string {
			if l.reservation == nil || l.kind == discountedUsage {
				return ""
			}
			return text(l)
		}
	}
	ofReservation := func(text func(*line) string) func(*line) string {
		return func(l *line) string {
			if l.reservation == nil {
				return ""
			}
			return text(l)
		}
	}
	ofPlan := func(text func(*line) string) func(*line) string {
		return func(l *line) string {
			if l.plan == nil {
				return ""
			}
			return text(l)
		}
	}
	ofPlanHour := func(part func(p *plan) units) func(*line) string {
		return func(l *line) string {
			if l.kind != planRecurring {
				return ""
			}
			return (part(l.plan) * units(l.when.hours)).String()
		}
	}
	return []column{
		{"reservation/AmortizedUpfrontCostForUsage", number, covered(func(r *reservation) units { return r.upfront })},
		{"reservation/AmortizedUpfrontFeeForBillingPeriod", number, monthly(func(l *line) units { return l.reservation.upfront.times(l.usage) })},
		{"reservation/EffectiveCost", number, covered(func(r *reservation) units { return r.upfront + r.recurring })},
		{"reservation/EndTime", text, ofFee(func(l *line) string { return l.reservation.end() })},
		{"reservation/ModificationStatus", text, ofFee(func(*line) string { return "Original" })},
		{"reservation/NormalizedUnitsPerReservation", text, ofFee(func(l *line) string { return (factor(l)).decimal().String() })},
		{"reservation/NumberOfReservations", text, ofFee(func(l *line) string { return strconv.FormatInt(l.reservation.count, 10) })},
		{"reservation/RecurringFeeForUsage", number, covered(func(r *reservation) units { return r.recurring })},
		{"reservation/ReservationARN", text, ofReservation(func(l *line) string { return l.reservation.arn })},
		{"reservation/StartTime", text, ofFee(func(l *line) string { return stamp(l.reservation.start.Start()) })},
		{"reservation/SubscriptionId", text, ofReservation(func(l *line) string { return l.reservation.subscription })},
		{"reservation/TotalReservedNormalizedUnits", text, ofFee(func(l *line) string { return factor(l).times(l.reservedHours()).decimal().String() })},
		{"reservation/TotalReservedUnits", text, ofFee(func(l *line) string { return l.reservedHours().decimal().String() })},
		{"reservation/UnitsPerReservation", text, ofFee(func(*line) string { return "1" })},
		{"reservation/UnusedAmortizedUpfrontFeeForBillingPeriod", number, monthly(func(l *line) units { return l.reservation.upfront.times(l.unusedHours) })},
		{"reservation/UnusedNormalizedUnitQuantity", number, monthly(func(l *line) units { return factor(l).times(l.unusedHours) })},
		{"reservation/UnusedQuantity", number, monthly(func(l *line) units { return l.unusedHours })},
		{"reservation/UnusedRecurringFee", number, monthly(func(l *line) units { return l.reservation.recurring.times(l.unusedHours) })},
		{"reservation/UpfrontValue", number, monthly(func(l *line) units { return l.reservation.upfront * termHours * units(l.reservation.count) })},
		{"savingsPlan/TotalCommitmentToDate", number, ofPlanHour((*plan).commitment)},
		{"savingsPlan/SavingsPlanARN", text, ofPlan(func(l *line) string { return l.plan.arn })},
		{"savingsPlan/SavingsPlanRate", number, func(l *line) string {
			if l.kind != coveredUsage {
				return ""
			}
			return planRate(l.price).String()
		}},
		{"savingsPlan/UsedCommitment", number, func(l *line) string {
			if l.kind != planRecurring {
				return ""
			}
			return (l.plan.commitment()*units(l.when.hours) - l.unused).String()
		}},
		{"savingsPlan/SavingsPlanEffectiveCost", number, func(l *line) string { return when(l.kind == coveredUsage, l.effective) }},
		{"savingsPlan/AmortizedUpfrontCommitmentForBillingPeriod", number, ofPlanHour(func(p *plan) units { return p.upfront })},
		{"savingsPlan/RecurringCommitmentForBillingPeriod", number, ofPlanHour(func(p *plan) units { return p.recurring })},
		{"savingsPlan/StartTime", text, ofPlan(func(l *line) string { return stamp(l.plan.start.Start()) })},
		{"savingsPlan/OfferingType", text, ofPlan(func(*line) string { return "ComputeSavingsPlans" })},
		{"savingsPlan/PaymentOption", text, ofPlan(func(l *line) string { return l.plan.option })},
		{"savingsPlan/PurchaseTerm", text, ofPlan(func(*line) string { return "1yr" })},
	}
}

// end is the instant a reservation's term is over.
func (r *reservation) end() string { return stamp(r.start.Start().AddDate(0, 0, 365)) }

// reservedHours is the hours a fee is for: of the month, or of the term.
func (l *line) reservedHours() units {
	if l.kind == fee {
		return units(l.reservation.count*termHours) * one
	}
	return l.usage
}

// snake turns a legacy name into that of Parquet and CUR 2.0: lineItem/UsageType
// becomes line_item_usage_type, ReservationARN becomes reservation_a_r_n.
func snake(name string) string {
	var b strings.Builder
	for _, c := range name {
		switch {
		case c == '/' || c == ':':
			b.WriteByte('_')
			continue
		case unicode.IsUpper(c) && b.Len() > 0 && !strings.HasSuffix(b.String(), "_"):
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}
