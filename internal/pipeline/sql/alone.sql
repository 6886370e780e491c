-- The identity of what groups pay alone (R7), by load and currency: what the
-- provider's lines cost, the four things that taking commitments back and
-- applying them again does to it, and what the charges make of it. Each
-- treatment of a part says what its amounts must be; a part that breaks this
-- leaves a residue.
WITH lines AS (
    SELECT load, billing_currency, SUM(billed_cost) AS unblended
    FROM line_items
    WHERE x_fence IS NULL OR x_fence <> 'split-cost'
    GROUP BY load, billing_currency
),
changed AS (
    SELECT
        p.load, k.billing_currency,
        SUM(CASE
            WHEN p.x_treatment = 'taken-back' THEN 0 - p.unblended
            WHEN p.x_treatment IN ('kept', 'applied', 'unshared', 'on-demand') THEN p.on_demand - p.unblended
            ELSE 0 END) AS taken_back,
        SUM(CASE WHEN p.x_treatment IN ('kept', 'applied') THEN p.on_demand ELSE 0 END) AS given,
        SUM(CASE WHEN p.x_treatment IN ('kept', 'applied') THEN p.true_unblended ELSE 0 END) AS sold,
        SUM(CASE WHEN p.x_treatment = 'tiered-alone' THEN p.true_unblended - p.unblended ELSE 0 END) AS tiers
    FROM parts p
    JOIN pricing_keys k ON k.load = p.load AND k.x_pricing_key = p.x_pricing_key
    GROUP BY p.load, k.billing_currency
),
charged AS (
    SELECT x_load AS load, billing_currency, SUM(x_true_unblended_cost) AS alone
    FROM charges
    GROUP BY x_load, billing_currency
)
SELECT
    lines.load,
    lines.billing_currency,
    CAST(lines.unblended AS VARCHAR),
    CAST(COALESCE(changed.taken_back, 0) AS VARCHAR),
    CAST(COALESCE(changed.given, 0) AS VARCHAR),
    CAST(COALESCE(changed.sold, 0) AS VARCHAR),
    CAST(COALESCE(changed.tiers, 0) AS VARCHAR),
    CAST(COALESCE(charged.alone, 0) AS VARCHAR)
FROM lines
LEFT JOIN changed ON changed.load = lines.load AND changed.billing_currency = lines.billing_currency
LEFT JOIN charged ON charged.load = lines.load AND charged.billing_currency = lines.billing_currency
ORDER BY lines.load, lines.billing_currency
