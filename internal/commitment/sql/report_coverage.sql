-- What of each group's eligible usage is covered: by the provider's sharing,
-- and on its bill.
SELECT
    l."group",
    k.billing_currency,
    CAST(SUM(l.on_demand) AS VARCHAR) AS eligible,
    CAST(SUM(CASE WHEN l.x_provider_commitment IS NOT NULL THEN l.on_demand ELSE 0 END) AS VARCHAR) AS provider,
    CAST(SUM(CASE
        WHEN l.x_treatment IN ('kept', 'applied') OR l.x_treatment IN ('as-applied', 'as-billed-covered') AND l.x_provider_commitment IS NOT NULL THEN l.on_demand
        ELSE 0
    END) AS VARCHAR) AS own
FROM parts l
JOIN pricing_keys k ON k.load = l.load AND k.x_pricing_key = l.x_pricing_key
JOIN sizes z ON z.load = l.load AND z.pricing_key = l.x_pricing_key
WHERE z.eligible = 1 AND {covered}
GROUP BY 1, 2
ORDER BY 1, 2
