-- The charges of a group that match, the largest price first; those of one price by
-- their number.
SELECT
    x_charge,
    CAST(CAST(charge_period_start AS DATE) AS VARCHAR),
    x_owner,
    COALESCE(x_seller, ''),
    COALESCE(sub_account_id, ''),
    COALESCE(sub_account_name, ''),
    COALESCE(service_name, x_service_code, ''),
    COALESCE(x_service_code, ''),
    COALESCE(region_id, ''),
    COALESCE(x_usage_type, ''),
    COALESCE(charge_description, ''),
    COALESCE(resource_id, ''),
    x_class,
    x_place,
    CAST(COALESCE(pricing_quantity, 0) AS VARCHAR),
    COALESCE(pricing_unit, ''),
    billing_currency,
    CAST(COALESCE(x_net_cost, 0) AS VARCHAR),
    CAST(billed_cost AS VARCHAR),
    COALESCE(x_book, ''),
    COALESCE(x_rule, ''),
    x_lines
FROM charges
WHERE {matching}
ORDER BY billed_cost DESC, x_charge
LIMIT $5
