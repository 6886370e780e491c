package focus

import "strings"

// Column is a column of a data set.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"` // see the constants
	from string // SQL over sql/rows.sql; the column of the same name where it is empty
}

// What columns hold. In CSV all are text; Parquet has the types named.
const (
	text     = "string"     // VARCHAR
	cost     = "cost"       // DECIMAL(38,24), never rounded
	quantity = "quantity"   // DECIMAL(38,18)
	instant  = "date-time"  // TIMESTAMP, UTC; ISO 8601 with Z in CSV
	pairs    = "key-values" // MAP(VARCHAR, VARCHAR); a JSON object in CSV
)

// costAndUsage are the columns of the Cost and Usage data set of FOCUS 1.2 that are
// written, in the order of their names. Left out is what nothing is known of:
// capacity reservations, names of resources and commitments.
var costAndUsage = []Column{
	{"AvailabilityZone", text, ""}, {"BilledCost", cost, ""}, {"BillingAccountId", text, ""}, {"BillingAccountName", text, ""},
	{"BillingAccountType", text, ""}, {"BillingCurrency", text, ""}, {"BillingPeriodEnd", instant, "{end}"}, {"BillingPeriodStart", instant, "{first}"},
	{"ChargeCategory", text, ""}, {"ChargeClass", text, ""}, {"ChargeDescription", text, ""}, {"ChargeFrequency", text, ""},
	{"ChargePeriodEnd", instant, ""}, {"ChargePeriodStart", instant, ""},
	{"CommitmentDiscountCategory", text, ""}, {"CommitmentDiscountId", text, ""}, {"CommitmentDiscountName", text, "CAST(NULL AS VARCHAR)"},
	{"CommitmentDiscountQuantity", quantity, ""}, {"CommitmentDiscountStatus", text, ""}, {"CommitmentDiscountType", text, ""},
	{"CommitmentDiscountUnit", text, ""}, {"ConsumedQuantity", quantity, ""}, {"ConsumedUnit", text, ""},
	{"ContractedCost", cost, ""}, {"ContractedUnitPrice", cost, ""}, {"EffectiveCost", cost, ""}, {"InvoiceId", text, ""}, {"InvoiceIssuerName", text, ""},
	{"ListCost", cost, ""}, {"ListUnitPrice", cost, ""}, {"PricingCategory", text, ""}, {"PricingCurrency", text, ""},
	{"PricingCurrencyContractedUnitPrice", cost, ""}, {"PricingCurrencyEffectiveCost", cost, ""}, {"PricingCurrencyListUnitPrice", cost, ""},
	{"PricingQuantity", quantity, ""}, {"PricingUnit", text, ""}, {"ProviderName", text, ""}, {"PublisherName", text, ""},
	{"RegionId", text, ""}, {"RegionName", text, ""}, {"ResourceId", text, ""}, {"ResourceName", text, "CAST(NULL AS VARCHAR)"}, {"ResourceType", text, ""},
	{"ServiceCategory", text, ""}, {"ServiceName", text, ""}, {"ServiceSubcategory", text, ""},
	{"SkuId", text, ""}, {"SkuMeter", text, ""}, {"SkuPriceDetails", pairs, ""}, {"SkuPriceId", text, ""},
	{"SubAccountId", text, ""}, {"SubAccountName", text, ""}, {"SubAccountType", text, ""}, {"Tags", pairs, ""},
	{"x_Document", text, ""}, {"x_Operation", text, ""}, {"x_ServiceCode", text, ""}, {"x_UsageType", text, ""},
}

// ofReseller are the columns of the reseller's own data set beside these: who used
// it, what it is sold for and what that earns, exact and in the provider's currency.
// Data sets of customers have no such column (R5).
var ofReseller = []Column{
	{"x_BillingGroup", text, ""}, {"x_Class", text, ""}, {"x_Customer", text, ""}, {"x_Margin", cost, ""}, {"x_NetCost", cost, ""}, {"x_SoldCost", cost, ""},
}

// selected is a column as SQL that writes it in a format.
func (c Column) selected(f Format) string {
	from := c.from
	if from == "" {
		from = `"` + c.Name + `"`
	}
	return f.written(from, c.Type) + ` AS "` + c.Name + `"`
}

// asParquet casts a value to what Parquet files hold.
func asParquet(from, kind string) string {
	switch kind {
	case cost:
		return "CAST(" + from + " AS DECIMAL(38, 24))"
	case quantity:
		return "CAST(" + from + " AS DECIMAL(38, 18))"
	case instant:
		return "CAST(CAST(" + from + " AS TIMESTAMP) AS TIMESTAMPTZ)"
	case pairs:
		return "CAST(" + from + " AS MAP(VARCHAR, VARCHAR))"
	}
	return "CAST(" + from + " AS VARCHAR)"
}

// asText casts a value to text: numbers without the zeros that end them.
func asText(from, kind string) string {
	switch kind {
	case cost, quantity:
		return "RTRIM(RTRIM(CAST(" + asParquet(from, kind) + " AS VARCHAR), '0'), '.')"
	case instant:
		return "CAST(CAST(" + from + " AS DATE) AS VARCHAR) || 'T00:00:00Z'"
	case pairs:
		return "CAST(to_json(" + from + ") AS VARCHAR)"
	}
	return "NULLIF(CAST(" + from + " AS VARCHAR), '')"
}

// selection lists columns for a SELECT.
func selection(columns []Column, f Format) string {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = c.selected(f)
	}
	return strings.Join(list, ",\n    ")
}
