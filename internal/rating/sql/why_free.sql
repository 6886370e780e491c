-- The first line of the month that was billed at a rate, of the product of a
-- pricing key.
SELECT
    l.load || ':' || CAST(l.x_file AS VARCHAR) || ':' || CAST(l.x_row AS VARCHAR),
    COALESCE(l.list_unit_price, 0) <> 0
FROM line_items l
JOIN pricing_keys k ON k.load = l.load AND k.x_pricing_key = l.x_pricing_key
JOIN pricing_keys f
    ON k.billing_account_id = f.billing_account_id AND k.x_service_code = f.x_service_code AND k.x_usage_type = f.x_usage_type
    AND k.billing_currency = f.billing_currency
    AND COALESCE(k.region_id, '') = COALESCE(f.region_id, '') AND COALESCE(k.x_operation, '') = COALESCE(f.x_operation, '')
    AND COALESCE(k.x_instance_type, '') = COALESCE(f.x_instance_type, '')
WHERE f.load = $1 AND f.x_pricing_key = $2 AND k.x_class = 'usage' AND l.x_fence IS NULL AND l.pricing_quantity > 0 AND l.billed_cost > 0
    AND COALESCE(NULLIF(l.list_unit_price, 0), l.x_unblended_rate) = CAST($3 AS DECIMAL(38, 18))
ORDER BY l.load, l.x_file, l.x_row
LIMIT 1
