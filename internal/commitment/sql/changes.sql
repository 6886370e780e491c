-- What taking commitments back and applying them again did to the lines' cost,
-- by load and currency. Each treatment of a part says what its amounts must be.
SELECT
    p.load,
    k.billing_currency,
    CAST(SUM(CASE
        WHEN p.x_treatment = 'taken-back' THEN 0 - p.unblended
        WHEN p.x_treatment IN ('kept', 'applied', 'unshared', 'on-demand') THEN p.on_demand - p.unblended
        ELSE 0 END) AS VARCHAR),
    CAST(SUM(CASE WHEN p.x_treatment IN ('kept', 'applied') THEN p.on_demand ELSE 0 END) AS VARCHAR),
    CAST(SUM(CASE WHEN p.x_treatment IN ('kept', 'applied') THEN p.true_unblended ELSE 0 END) AS VARCHAR),
    CAST(SUM(CASE WHEN p.x_treatment = 'tiered-alone' THEN p.true_unblended - p.unblended ELSE 0 END) AS VARCHAR)
FROM parts p
JOIN pricing_keys k ON k.load = p.load AND k.x_pricing_key = p.x_pricing_key
GROUP BY p.load, k.billing_currency
ORDER BY p.load, k.billing_currency
