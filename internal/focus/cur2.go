package focus

// cur2 is the Cost and Usage data set in the shape of AWS's CUR 2.0, for tools that
// read only that (columns of table COST_AND_USAGE_REPORT, AWS Data Exports user guide).
// Unblended cost is what the buyer pays, of any provider. Usage that a commitment
// covers has cost 0 and is no DiscountedUsage, which tools would look up a reservation
// for; the fee of the commitment is a Fee.
var cur2 = []Column{
	{"bill_bill_type", text, "'Anniversary'"},
	{"bill_billing_entity", text, "CASE WHEN x_provider = 'aws' OR x_provider IS NULL THEN 'AWS' ELSE \"PublisherName\" END"},
	{"bill_billing_period_end_date", instant, "{end}"},
	{"bill_billing_period_start_date", instant, "{first}"},
	{"bill_invoice_id", text, `"InvoiceId"`},
	{"bill_invoicing_entity", text, `"InvoiceIssuerName"`},
	{"bill_payer_account_id", text, `"BillingAccountId"`},
	{"bill_payer_account_name", text, `"BillingAccountName"`},
	{"identity_line_item_id", text, "CAST(x_at AS VARCHAR) || '/' || CAST(x_line AS VARCHAR) || '/' || CAST(x_number AS VARCHAR) || CASE WHEN x_order = '' THEN '' ELSE '/' || x_order END"},
	{"identity_time_interval", text, `CAST("ChargePeriodStart" AS VARCHAR) || 'T00:00:00Z/' || CAST("ChargePeriodEnd" AS VARCHAR) || 'T00:00:00Z'`},
	{"line_item_availability_zone", text, `"AvailabilityZone"`},
	{"line_item_blended_cost", cost, `"BilledCost"`},
	{"line_item_currency_code", text, `"BillingCurrency"`},
	{"line_item_legal_entity", text, `"InvoiceIssuerName"`},
	{"line_item_line_item_description", text, `"ChargeDescription"`},
	{"line_item_line_item_type", text, `CASE "ChargeCategory" WHEN 'Purchase' THEN 'Fee' WHEN 'Adjustment' THEN CASE WHEN "BilledCost" < 0 THEN 'Refund' ELSE 'Fee' END ELSE "ChargeCategory" END`},
	{"line_item_operation", text, "x_operation"},
	{"line_item_product_code", text, `COALESCE("x_ServiceCode", "ServiceName")`},
	{"line_item_resource_id", text, `"ResourceId"`},
	{"line_item_unblended_cost", cost, `"BilledCost"`},
	{"line_item_unblended_rate", cost, `"ContractedUnitPrice"`},
	{"line_item_usage_account_id", text, `COALESCE("SubAccountId", "BillingAccountId")`},
	{"line_item_usage_account_name", text, `COALESCE("SubAccountName", "BillingAccountName")`},
	{"line_item_usage_amount", quantity, `"PricingQuantity"`},
	{"line_item_usage_end_date", instant, `"ChargePeriodEnd"`},
	{"line_item_usage_start_date", instant, `"ChargePeriodStart"`},
	{"line_item_usage_type", text, `COALESCE("x_UsageType", "ServiceName")`},
	{"pricing_currency", text, `"PricingCurrency"`},
	{"pricing_public_on_demand_cost", cost, `"ListCost"`},
	{"pricing_public_on_demand_rate", cost, `"ListUnitPrice"`},
	{"pricing_term", text, `CASE "PricingCategory" WHEN 'Committed' THEN 'Reserved' WHEN 'Standard' THEN 'OnDemand' END`},
	{"pricing_unit", text, `"PricingUnit"`},
	{"product", pairs, `MAP {'product_name': "ServiceName"}`},
	{"product_instance_type", text, `"SkuPriceDetails"['InstanceType']`},
	{"product_region_code", text, `"RegionId"`},
	{"product_servicecode", text, `"x_ServiceCode"`},
	{"product_sku", text, `"SkuId"`},
	{"resource_tags", pairs, `"Tags"`},
}
