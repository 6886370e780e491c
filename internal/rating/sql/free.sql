-- Pricing keys in the provider's free tier, and what a unit of the same product
-- costs beyond it. Free is usage that is measured and costs nothing, not even at
-- list prices, and that no commitment covers.
WITH rated AS (
    SELECT
        load, x_pricing_key,
        MAX(ABS(billed_cost)) AS cost,
        MAX(COALESCE(ABS(list_cost), 0)) AS list_cost,
        MAX(commitment_discount_id) AS commitment,
        MAX(CASE WHEN billed_cost > 0 THEN COALESCE(NULLIF(list_unit_price, 0), x_unblended_rate) END) AS rate
    FROM line_items
    WHERE x_fence IS NULL AND pricing_quantity > 0
    GROUP BY load, x_pricing_key
),
products AS (
    SELECT
        r.*, k.billing_account_id AS payer, k.x_service_code AS service, k.region_id AS region, k.x_usage_type AS usage_type,
        k.x_operation AS operation, k.x_instance_type AS instance_type, k.billing_currency AS currency
    FROM rated r
    JOIN pricing_keys k ON k.load = r.load AND k.x_pricing_key = r.x_pricing_key
    WHERE k.x_class = 'usage'
),
paid AS (
    SELECT payer, service, region, usage_type, operation, instance_type, currency, MAX(rate) AS rate
    FROM products
    WHERE rate > 0
    GROUP BY payer, service, region, usage_type, operation, instance_type, currency
)
SELECT f.load, f.x_pricing_key, CAST(p.rate AS VARCHAR)
FROM products f
JOIN paid p
    ON p.payer = f.payer AND p.service = f.service AND p.usage_type = f.usage_type AND p.currency = f.currency
    AND COALESCE(p.region, '') = COALESCE(f.region, '') AND COALESCE(p.operation, '') = COALESCE(f.operation, '')
    AND COALESCE(p.instance_type, '') = COALESCE(f.instance_type, '')
WHERE f.cost = 0 AND f.list_cost = 0 AND f.commitment IS NULL
ORDER BY f.load, f.x_pricing_key
