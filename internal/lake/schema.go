package lake

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Column describes one column of a table in the lake. Names are FOCUS 1.2
// column names in snake_case; what providers have beyond FOCUS is prefixed x_.
type Column struct {
	Name  string
	About string
}

// Text names a text column of line_items. Null is "no value given".
type Text int

// The text columns up to keyTexts make the pricing key: what price rules can
// ask about, and what is few in a month (DESIGN §2.5). Texts says what each is;
// TextColumns counts them.
const (
	Provider Text = iota
	BillingAccountID
	BillingCurrency
	BillType
	BillingEntity
	LineItemType
	Class
	Fence
	ChargeCategory
	ServiceCode
	ServiceName
	RegionID
	UsageType
	Operation
	SkuID
	InstanceType
	PricingUnit
	ChargeDescription

	SubAccountID
	SubAccountName
	BillingAccountName
	InvoiceID
	InvoiceIssuerName
	ProviderName
	PublisherName
	ChargeClass
	ChargeFrequency
	PricingCategory
	ServiceCategory
	ServiceSubcategory
	RegionName
	AvailabilityZone
	ResourceID
	ResourceName
	ResourceType
	SkuPriceID
	ConsumedUnit
	CommitmentDiscountID
	CommitmentDiscountName
	CommitmentDiscountType
	CommitmentDiscountCategory
	CommitmentDiscountStatus
	PurchaseOption
	OfferingClass
	LeaseTerm
	CommitmentStart
	CommitmentEnd
	SavingsPlanFamily
	SavingsPlanRegion
	ProductFamily
	TaxType
	LegalEntity
	TimeInterval
	Extra
	LineItemID
	TextColumns

	keyTexts = ChargeDescription + 1
)

// Texts are the text columns, indexed by Text.
var Texts = [TextColumns]Column{
	Provider:                   {"x_provider", "the cloud provider, such as aws"},
	BillingAccountID:           {"billing_account_id", "the payer, as the line names it"},
	BillingCurrency:            {"billing_currency", "ISO 4217 code of every cost on the line"},
	BillType:                   {"x_bill_type", "CUR bill/BillType: Anniversary, Purchase, Refund"},
	BillingEntity:              {"x_billing_entity", "CUR bill/BillingEntity: AWS, AISPL, AWS Marketplace"},
	LineItemType:               {"x_line_item_type", "CUR lineItem/LineItemType; for FOCUS the charge category"},
	Class:                      {"x_class", "what the line is to an invoice: usage, commitment-fee, marketplace, entry (R27), tax"},
	Fence:                      {"x_fence", "why the line is kept out of sums (R10): split-cost is out of all of them, negation out of quantities"},
	ChargeCategory:             {"charge_category", "Usage, Purchase, Tax, Credit or Adjustment"},
	ServiceCode:                {"x_service_code", "the provider's code of the service; for FOCUS the service name"},
	ServiceName:                {"service_name", "the service as the provider names it to people"},
	RegionID:                   {"region_id", "such as ap-northeast-1"},
	UsageType:                  {"x_usage_type", "CUR lineItem/UsageType"},
	Operation:                  {"x_operation", "CUR lineItem/Operation"},
	SkuID:                      {"sku_id", "the provider's stock keeping unit"},
	InstanceType:               {"x_instance_type", "such as m5.large"},
	PricingUnit:                {"pricing_unit", "unit of pricing_quantity"},
	ChargeDescription:          {"charge_description", "the provider's own words for the line"},
	SubAccountID:               {"sub_account_id", "the account that used it; the payer's where the line names none"},
	SubAccountName:             {"sub_account_name", "its name in the provider's file"},
	BillingAccountName:         {"billing_account_name", "the payer's name in the provider's file"},
	InvoiceID:                  {"invoice_id", "the provider's invoice; null while the month is not final"},
	InvoiceIssuerName:          {"invoice_issuer_name", "who sends the provider's invoice"},
	ProviderName:               {"provider_name", "who provides the service"},
	PublisherName:              {"publisher_name", "who produces the service"},
	ChargeClass:                {"charge_class", "Correction when the line corrects an invoiced month"},
	ChargeFrequency:            {"charge_frequency", "One-Time, Recurring or Usage-Based"},
	PricingCategory:            {"pricing_category", "Standard, Dynamic, Committed or Other; for CUR pricing/term"},
	ServiceCategory:            {"service_category", "FOCUS service category"},
	ServiceSubcategory:         {"service_subcategory", "FOCUS service subcategory"},
	RegionName:                 {"region_name", "such as US West (Oregon)"},
	AvailabilityZone:           {"availability_zone", "such as us-west-2a"},
	ResourceID:                 {"resource_id", "what was used"},
	ResourceName:               {"resource_name", "its name"},
	ResourceType:               {"resource_type", "its type"},
	SkuPriceID:                 {"sku_price_id", "the provider's price; CUR pricing/RateCode or RateId"},
	ConsumedUnit:               {"consumed_unit", "unit of consumed_quantity"},
	CommitmentDiscountID:       {"commitment_discount_id", "ARN or id of the reservation, savings plan or committed use discount"},
	CommitmentDiscountName:     {"commitment_discount_name", "its name"},
	CommitmentDiscountType:     {"commitment_discount_type", "Reserved Instance, Savings Plan …"},
	CommitmentDiscountCategory: {"commitment_discount_category", "Spend or Usage"},
	CommitmentDiscountStatus:   {"commitment_discount_status", "Used or Unused"},
	PurchaseOption:             {"x_purchase_option", "All Upfront, Partial Upfront, No Upfront"},
	OfferingClass:              {"x_offering_class", "standard or convertible"},
	LeaseTerm:                  {"x_lease_term", "1yr or 3yr"},
	CommitmentStart:            {"x_commitment_start", "when a reservation or savings plan begins, as the provider writes it"},
	CommitmentEnd:              {"x_commitment_end", "when it ends"},
	SavingsPlanFamily:          {"x_savings_plan_family", "instance family of an EC2 Instance savings plan"},
	SavingsPlanRegion:          {"x_savings_plan_region", "its region"},
	ProductFamily:              {"x_product_family", "CUR product/productFamily"},
	TaxType:                    {"x_tax_type", "which tax a tax line is"},
	LegalEntity:                {"x_legal_entity", "the provider's selling company"},
	TimeInterval:               {"x_time_interval", "CUR identity/TimeInterval"},
	Extra:                      {"x_columns", "JSON object of every column of the file that has no column here, where it is not empty"},
	LineItemID:                 {"x_line_item_id", "CUR identity/LineItemId; unique only within one version of a report"},
}

// KeyTexts is how many text columns make the pricing key; they come first.
const KeyTexts = int(keyTexts)

// Number names an exact number column of line_items, DECIMAL(38,18).
type Number int

// The number columns; Numbers says what each is. NumberColumns counts them.
const (
	BilledCost Number = iota
	EffectiveCost
	ListCost
	ContractedCost
	BlendedCost
	NetCost
	NetEffectiveCost
	PricingQuantity
	ConsumedQuantity
	ListUnitPrice
	ContractedUnitPrice
	UnblendedRate
	BlendedRate
	NetRate
	NormalizationFactor
	NormalizedQuantity
	CommitmentDiscountQuantity
	ReservationUpfrontForUsage
	ReservationRecurringForUsage
	ReservationUpfrontForPeriod
	ReservationUnusedUpfront
	ReservationUnusedRecurring
	ReservationUnusedQuantity
	ReservationCount
	ReservationUnits
	SavingsPlanRate
	SavingsPlanEffectiveCost
	SavingsPlanCommitment
	SavingsPlanUsed
	SavingsPlanUpfrontForPeriod
	SavingsPlanRecurringForPeriod
	NumberColumns
)

// Numbers are the number columns, indexed by Number. Costs are in
// billing_currency, before tax except on lines of class tax, never rounded.
var Numbers = [NumberColumns]Column{
	BilledCost:                    {"billed_cost", "what the provider's invoice says: CUR unblended cost, FOCUS BilledCost; never null"},
	EffectiveCost:                 {"effective_cost", "amortized: fees spread over the usage they cover (R6)"},
	ListCost:                      {"list_cost", "public on-demand"},
	ContractedCost:                {"contracted_cost", "at negotiated prices, without commitments"},
	BlendedCost:                   {"x_blended_cost", "the provider's average over the organization"},
	NetCost:                       {"x_net_cost", "after negotiated discounts"},
	NetEffectiveCost:              {"x_net_effective_cost", "amortized, after negotiated discounts"},
	PricingQuantity:               {"pricing_quantity", "quantity the price is for; CUR lineItem/UsageAmount"},
	ConsumedQuantity:              {"consumed_quantity", "quantity used"},
	ListUnitPrice:                 {"list_unit_price", "public on-demand rate"},
	ContractedUnitPrice:           {"contracted_unit_price", "negotiated rate"},
	UnblendedRate:                 {"x_unblended_rate", "CUR lineItem/UnblendedRate"},
	BlendedRate:                   {"x_blended_rate", "CUR lineItem/BlendedRate"},
	NetRate:                       {"x_net_rate", "CUR lineItem/NetUnblendedRate"},
	NormalizationFactor:           {"x_normalization_factor", "size of the instance in normalized units"},
	NormalizedQuantity:            {"x_normalized_quantity", "CUR lineItem/NormalizedUsageAmount"},
	CommitmentDiscountQuantity:    {"commitment_discount_quantity", "FOCUS CommitmentDiscountQuantity"},
	ReservationUpfrontForUsage:    {"x_reservation_upfront_for_usage", "CUR reservation/AmortizedUpfrontCostForUsage"},
	ReservationRecurringForUsage:  {"x_reservation_recurring_for_usage", "CUR reservation/RecurringFeeForUsage"},
	ReservationUpfrontForPeriod:   {"x_reservation_upfront_for_period", "CUR reservation/AmortizedUpfrontFeeForBillingPeriod"},
	ReservationUnusedUpfront:      {"x_reservation_unused_upfront", "CUR reservation/UnusedAmortizedUpfrontFeeForBillingPeriod"},
	ReservationUnusedRecurring:    {"x_reservation_unused_recurring", "CUR reservation/UnusedRecurringFee"},
	ReservationUnusedQuantity:     {"x_reservation_unused_quantity", "CUR reservation/UnusedQuantity"},
	ReservationCount:              {"x_reservation_count", "CUR reservation/NumberOfReservations"},
	ReservationUnits:              {"x_reservation_units", "CUR reservation/TotalReservedUnits: of the month on a recurring fee, of the term on an upfront fee"},
	SavingsPlanRate:               {"x_savings_plan_rate", "CUR savingsPlan/SavingsPlanRate"},
	SavingsPlanEffectiveCost:      {"x_savings_plan_effective_cost", "CUR savingsPlan/SavingsPlanEffectiveCost"},
	SavingsPlanCommitment:         {"x_savings_plan_commitment", "CUR savingsPlan/TotalCommitmentToDate"},
	SavingsPlanUsed:               {"x_savings_plan_used", "CUR savingsPlan/UsedCommitment"},
	SavingsPlanUpfrontForPeriod:   {"x_savings_plan_upfront_for_period", "CUR savingsPlan/AmortizedUpfrontCommitmentForBillingPeriod"},
	SavingsPlanRecurringForPeriod: {"x_savings_plan_recurring_for_period", "CUR savingsPlan/RecurringCommitmentForBillingPeriod"},
}

// Instant names a TIMESTAMP column of line_items, UTC.
type Instant int

// The time columns; Instants says what each is. InstantColumns counts them.
const (
	ChargePeriodStart Instant = iota
	ChargePeriodEnd
	BillingPeriodStart
	BillingPeriodEnd
	InstantColumns
)

// Instants are the time columns, indexed by Instant.
var Instants = [InstantColumns]Column{
	ChargePeriodStart:  {"charge_period_start", "inclusive, UTC; never null"},
	ChargePeriodEnd:    {"charge_period_end", "exclusive, UTC"},
	BillingPeriodStart: {"billing_period_start", "inclusive, UTC"},
	BillingPeriodEnd:   {"billing_period_end", "exclusive, UTC"},
}

// Map names a MAP(VARCHAR, VARCHAR) column of line_items.
type Map int

// The map columns; Maps says what each is. MapColumns counts them.
const (
	Tags Map = iota
	CostCategories
	MapColumns
)

// Maps are the map columns, indexed by Map.
var Maps = [MapColumns]Column{
	Tags:           {"tags", "resource tags, keys as the provider writes them"},
	CostCategories: {"x_cost_categories", "AWS cost categories"},
}

// The integer columns: where in the provider's files the line stands, and
// which of the load's pricing keys it has. load + x_file + x_row is the
// line's id, which never changes.
var (
	File       = Column{"x_file", "number of the file in the load, from 0"}
	RowNumber  = Column{"x_row", "row in that file, from 1, the header not counted; plus 1000000000 for the first further line that the row holds, such as a credit or tax, 2000000000 for the second, and so on"}
	PricingKey = Column{"x_pricing_key", "the line's row in keys.parquet of its load"}
)

// Classes of a line: its place on an invoice.
const (
	ClassUsage         = "usage"
	ClassCommitmentFee = "commitment-fee"
	ClassMarketplace   = "marketplace"
	ClassEntry         = "entry"
	ClassTax           = "tax"
)

// Fences of R10.
const (
	FenceSplitCost = "split-cost"
	FenceNegation  = "negation"
)

// Layout names the columns of line_items as this version writes them, in a few
// letters. Files of another layout cannot be read together with these.
var Layout = func() string {
	hash := sha256.New()
	for _, columns := range [][]Column{Texts[:], Numbers[:], Instants[:], Maps[:], {File, RowNumber, PricingKey}} {
		for _, c := range columns {
			fmt.Fprintln(hash, c.Name)
		}
	}
	return hex.EncodeToString(hash.Sum(nil))[:12]
}()
