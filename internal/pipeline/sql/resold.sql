-- Where what a tier's prices start from is not what the tier pays (R16): the sum
-- of the differences by product, for each tier. What is priced from public prices
-- says nothing of what the tier pays, nor do entries that the tier keeps.
WITH sides AS (
    SELECT billing_currency, "group" AS tier, x_owner, x_load, x_pricing_key, billed_cost AS paid, CAST(0 AS DECIMAL(38, 24)) AS base, 0 AS listed
    FROM charges
    WHERE "group" <> x_owner AND x_class NOT IN ('managed', 'entry')
    UNION ALL
    SELECT billing_currency, x_seller, x_owner, x_load, x_pricing_key, CAST(0 AS DECIMAL(38, 24)), CAST(x_base_cost AS DECIMAL(38, 24)),
        CASE WHEN x_base = 'cost' THEN 0 ELSE 1 END
    FROM charges
    WHERE x_seller IS NOT NULL AND x_class NOT IN ('managed', 'entry')
),
products AS (
    SELECT billing_currency, tier, SUM(base) - SUM(paid) AS difference
    FROM sides
    GROUP BY billing_currency, tier, x_owner, x_load, x_pricing_key
    HAVING MAX(listed) = 0
)
SELECT billing_currency, tier, CAST(SUM(ABS(difference)) AS VARCHAR)
FROM products
WHERE difference <> 0
GROUP BY billing_currency, tier
ORDER BY billing_currency, tier
