-- The charges of one billing group as FOCUS has them, at the buyer's price. Of the
-- columns of the charges only these are read: none that says what was paid above. The
-- provider's own words for a line and its commitments are left out: they tell rates
-- and accounts of others.
SELECT
    CAST(billed_cost AS VARCHAR),
    billing_currency,
    COALESCE(charge_category, 'Usage'),
    COALESCE(service_name, x_service_code, '') || COALESCE(': ' || x_usage_type, ''),
    CASE WHEN COALESCE(charge_category, 'Usage') = 'Usage' THEN 'Usage-Based' WHEN x_class = 'commitment-fee' THEN 'Recurring' ELSE 'One-Time' END,
    CAST(CAST(charge_period_end AS DATE) AS VARCHAR),
    CAST(CAST(charge_period_start AS DATE) AS VARCHAR),
    COALESCE(CAST(pricing_quantity AS VARCHAR), ''),
    COALESCE(pricing_unit, ''),
    COALESCE(x_provider, ''),
    COALESCE(region_id, ''),
    CASE WHEN x_pool IS NULL THEN COALESCE(resource_id, '') ELSE '' END,
    COALESCE(service_name, x_service_code, ''),
    COALESCE(sku_id, ''),
    COALESCE(x_usage_type, ''),
    COALESCE(sub_account_id, ''),
    COALESCE(sub_account_name, '')
FROM charges
WHERE x_place IN ('usage', 'marketplace')
ORDER BY charge_period_start, x_charge, x_class, x_owner
