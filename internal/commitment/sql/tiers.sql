-- What a scope pays alone for a product, spread over its lines by quantity, the
-- remainder on the largest (R15; of equal ones the first). Unit prices have 18
-- fractional digits; their whole part, and the quantity's, are multiplied
-- apart, because a product of two such numbers has no room before the point.
CREATE OR REPLACE TEMP TABLE tiered AS
WITH spread AS (
    SELECT
        l.ref, l.product, l.scope, l.quantity, c.cost AS total,
        CAST(l.quantity * c.price_whole AS DECIMAL(38, 18))
            + CAST(CAST(TRUNC(l.quantity) AS DECIMAL(20, 0)) * c.price_rest AS DECIMAL(38, 18))
            + CAST(CAST(l.quantity - TRUNC(l.quantity) AS DECIMAL(18, 18)) * c.price_rest AS DECIMAL(38, 18)) AS cost
    FROM tier_lines l
    JOIN tier_costs c ON c.product = l.product AND c.scope = l.scope
)
SELECT
    ref,
    CAST(cost + CASE
        WHEN ROW_NUMBER() OVER (PARTITION BY product, scope ORDER BY quantity DESC, ref) = 1
            THEN total - SUM(cost) OVER (PARTITION BY product, scope)
        ELSE 0
    END AS DECIMAL(38, 18)) AS cost
FROM spread
