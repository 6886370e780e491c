package sample

import (
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
func curLayout(o Options, parquet bool) layout {
	columns := curColumns(o)
	if parquet {
		for i := range columns {
			columns[i].name = snake(columns[i].name)
		}
	}
	return layout{columns: columns, amounts: curAmounts, group: func(l *line) string { return lineTypeNames[l.kind] }}
}

func curAmounts(l *line) amounts {
	a := amounts{unblended: l.cost, amortized: l.amortized()}
	a.net, a.netAmortized = a.unblended, a.amortized
	if l.month.Discounts == DiscountsAsColumns {
		a.net, a.netAmortized = l.net(), l.netAmortized()
	}
	if l.hasBlended {
		a.blended = l.blended
	}
	if l.hasPublic && l.kind != negation {
		a.list = l.public
	}
	return a
}

// curColumns lists the columns of the legacy report, category/Name. Those of
// discounts and split cost are there only in months that have them.
func curColumns(o Options) []column {
	columns := sharedColumns()
	for i, name := range productColumns {
		columns = append(columns, column{"product/" + name, text, func(l *line) string { return l.price.attributes[i] }})
	}
	columns = append(columns, pricingColumns()...)
	columns = append(columns, commitmentColumns()...)
	if o.Discounts == DiscountsAsColumns {
		columns = append(columns, netColumns()...)
	}
	if o.SplitCost {
		columns = append(columns, splitColumns()...)
	}
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
		_, name, _ := l.by.offering()
		return name
	case l.kind == reservedFee || l.kind == fee && l.by != nil:
		return l.price.region.prefix + "HeavyUsage:" + l.price.instance.name()
	}
	return l.price.usageType
}

func factor(l *line) units { return l.price.factor() }

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
