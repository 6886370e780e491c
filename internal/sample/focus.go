package sample

import "strings"

// focusLayout is AWS's export of FOCUS 1.2, all columns of the specification
// and the provider's own.
func focusLayout() layout {
	null := func(*line) string { return "" }
	always := func(value string) func(*line) string { return func(*line) string { return value } }
	// priced writes a number on lines that are usage at a public price.
	priced := func(value func(*line) units) func(*line) string {
		return func(l *line) string { return when(l.hasPublic, value(l)) }
	}
	committed := func(value func(*line) string) func(*line) string {
		return func(l *line) string {
			if l.by == nil {
				return ""
			}
			return value(l)
		}
	}
	regional := func(value func(*region) string) func(*line) string {
		return func(l *line) string { return value(l.price.region) }
	}
	listRate := func(l *line) units { return l.price.public }
	contractRate := func(l *line) units { return l.price.rate }
	columns := []column{
		{"AvailabilityZone", text, func(l *line) string { return l.resource.zone }},
		{"BilledCost", number, func(l *line) string { return focusAmounts(l).unblended.String() }},
		{"BillingAccountId", text, func(l *line) string { return l.month.Payer }},
		{"BillingAccountName", text, func(l *line) string { return l.month.fleet.payer.name }},
		{"BillingAccountType", text, always("Organization")},
		{"BillingCurrency", text, always("USD")},
		{"BillingPeriodEnd", timestamp, func(l *line) string { return l.month.end }},
		{"BillingPeriodStart", timestamp, func(l *line) string { return l.month.start }},
		{"CapacityReservationId", text, null},
		{"CapacityReservationStatus", text, null},
		{"ChargeCategory", text, chargeCategory},
		{"ChargeClass", text, null},
		{"ChargeDescription", text, func(l *line) string { return l.description }},
		{"ChargeFrequency", text, chargeFrequency},
		{"ChargePeriodEnd", timestamp, func(l *line) string { return l.when.end }},
		{"ChargePeriodStart", timestamp, func(l *line) string { return l.when.start }},
		{"CommitmentDiscountCategory", text, committed(func(l *line) string {
			if l.by.isPlan() {
				return "Spend"
			}
			return "Usage"
		})},
		{"CommitmentDiscountId", text, committed(func(l *line) string { return l.by.arn })},
		{"CommitmentDiscountName", text, null},
		{"CommitmentDiscountQuantity", number, commitmentQuantity},
		{"CommitmentDiscountStatus", text, commitmentStatus},
		{"CommitmentDiscountType", text, committed(func(l *line) string {
			switch l.by.kind {
			case computePlan:
				return "Compute Savings Plan"
			case ec2Plan:
				return "EC2 Instance Savings Plan"
			}
			return "Reserved Instance"
		})},
		{"CommitmentDiscountUnit", text, func(l *line) string {
			switch {
			case commitmentQuantity(l) == "":
				return ""
			case l.by.isPlan():
				return "USD"
			}
			return "Hours"
		}},
		{"ConsumedQuantity", number, func(l *line) string { return when(l.countsAsUsage() && l.hasUsage, l.usage) }},
		{"ConsumedUnit", text, func(l *line) string {
			if !l.countsAsUsage() || !l.hasUsage {
				return ""
			}
			return focusUnit(l)
		}},
		{"ContractedCost", number, func(l *line) string { return contractedCost(l).String() }},
		{"ContractedUnitPrice", number, priced(contractRate)},
		{"EffectiveCost", number, func(l *line) string { return focusAmounts(l).amortized.String() }},
		{"InvoiceId", text, func(l *line) string { return l.seller.invoice }},
		{"InvoiceIssuerName", text, always("Amazon Web Services, Inc.")},
		{"ListCost", number, func(l *line) string { return focusAmounts(l).list.String() }},
		{"ListUnitPrice", number, priced(listRate)},
		{"PricingCategory", text, pricingCategory},
		{"PricingCurrency", text, always("USD")},
		{"PricingCurrencyContractedUnitPrice", number, priced(contractRate)},
		{"PricingCurrencyEffectiveCost", number, func(l *line) string { return focusAmounts(l).amortized.String() }},
		{"PricingCurrencyListUnitPrice", number, priced(listRate)},
		{"PricingQuantity", number, func(l *line) string { return when(l.kind != tax && l.hasUsage, l.usage) }},
		{"PricingUnit", text, func(l *line) string {
			if l.kind == tax || !l.hasUsage {
				return ""
			}
			return focusUnit(l)
		}},
		{"ProviderName", text, always("AWS")},
		{"PublisherName", text, func(l *line) string { return l.seller.legalEntity }},
		{"RegionId", text, regional(func(r *region) string { return r.code })},
		{"RegionName", text, regional(func(r *region) string { return r.location })},
		{"ResourceId", text, func(l *line) string { return l.resource.id }},
		{"ResourceName", text, null},
		{"ResourceType", text, func(l *line) string {
			if l.resource.id == "" {
				return ""
			}
			return l.price.family
		}},
		{"ServiceCategory", text, func(l *line) string { return l.price.service.category }},
		{"ServiceName", text, func(l *line) string { return l.price.service.name }},
		{"ServiceSubcategory", text, func(l *line) string { return l.price.service.subservice }},
		{"SkuId", text, func(l *line) string { return l.price.sku }},
		{"SkuMeter", text, usageType},
		{"SkuPriceDetails", text, null},
		{"SkuPriceId", text, func(l *line) string {
			if l.price.sku == "" {
				return ""
			}
			return l.price.sku + ".JRTCKXETXF.6YS6EN2CT7"
		}},
		{"SubAccountId", text, func(l *line) string { return l.account.id }},
		{"SubAccountName", text, func(l *line) string { return l.account.name }},
		{"SubAccountType", text, always("Account")},
		{"Tags", dictionary, func(l *line) string { return l.resource.tags.focus }},
		{"x_Discounts", dictionary, discountMap(func(name string) string { return name })},
		{"x_Operation", text, func(l *line) string { return l.price.operation }},
		{"x_ServiceCode", text, func(l *line) string { return l.price.service.code }},
		{"x_UsageType", text, usageType},
	}
	return layout{columns: columns, focus: true, amounts: focusAmounts, group: chargeCategory}
}

// focusAmounts shows a covered line at no billed cost, and a purchase that is
// spread over usage at no effective cost; both after discounts, which stand in
// x_Discounts.
func focusAmounts(l *line) amounts {
	a := amounts{unblended: l.cost, amortized: l.amortized(), list: l.cost}
	if l.month.Discounts == DiscountsAsColumns {
		a.unblended, a.amortized = l.net(), l.netAmortized()
	}
	switch l.kind {
	case coveredUsage, discountedUsage:
		a.unblended = 0
	case reservedFee, planRecurring, planUpfront:
		a.amortized = 0
	}
	a.net, a.netAmortized = a.unblended, a.amortized
	if l.hasPublic {
		a.list = l.public
	}
	return a
}

// contractedCost is at the rate before commitments.
func contractedCost(l *line) units {
	if l.hasPublic {
		return l.price.rate.times(l.usage)
	}
	return l.cost
}

func chargeCategory(l *line) string {
	switch l.kind {
	case usageLine, discountedUsage, coveredUsage, unusedCommitment:
		return "Usage"
	case reservedFee, fee, planUpfront, planRecurring:
		return "Purchase"
	case tax:
		return "Tax"
	case credit:
		return "Credit"
	}
	return "Adjustment"
}

func chargeFrequency(l *line) string {
	switch l.kind {
	case reservedFee, planRecurring:
		return "Recurring"
	case usageLine, discountedUsage, coveredUsage, unusedCommitment:
		return "Usage-Based"
	}
	return "One-Time"
}

func pricingCategory(l *line) string {
	switch {
	case chargeCategory(l) != "Usage" && chargeCategory(l) != "Purchase":
		return ""
	case l.kind == discountedUsage || l.kind == coveredUsage || l.kind == unusedCommitment:
		return "Committed"
	case l.hasPublic || chargeCategory(l) == "Purchase":
		return "Standard"
	}
	return "Other"
}

func commitmentStatus(l *line) string {
	switch l.kind {
	case discountedUsage, coveredUsage:
		return "Used"
	case unusedCommitment:
		return "Unused"
	}
	return ""
}

// commitmentQuantity is hours of the size that is reserved, or money of a plan.
func commitmentQuantity(l *line) string {
	switch {
	case l.kind == discountedUsage || l.kind == coveredUsage:
		return l.taken.String()
	case l.kind == unusedCommitment && l.by.isPlan():
		return l.effective.String()
	case l.kind == unusedCommitment:
		return l.unusedHours.String()
	case l.kind == reservedFee:
		return l.usage.String()
	case l.kind == planRecurring:
		return planCommitment(l).String()
	}
	return ""
}

// focusUnit writes units in the specification's words.
func focusUnit(l *line) string {
	switch {
	case l.price.unit == "Hrs" || l.kind == planRecurring:
		return "Hours"
	case l.price.unit == "":
		return "Units"
	}
	return strings.ReplaceAll(l.price.unit, "GB-Mo", "GB-Months")
}
