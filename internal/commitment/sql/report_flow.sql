-- Whom commitments of which group helped, by the provider's books, the owner's own
-- group among them; by commitment where that is asked for.
SELECT
    loads.home,
    {commitment} AS commitment,
    k.billing_currency,
    COALESCE(l.x_provider_commitment_group, 'unassigned') AS owner_group,
    l."group",
    COALESCE({inside}, FALSE) AS inside,
    CAST(SUM(l.x_lines) AS BIGINT) AS lines,
    CAST(SUM(l.on_demand) AS VARCHAR) AS on_demand,
    CAST(SUM(l.amortized) AS VARCHAR) AS effective,
    CAST(SUM(CASE WHEN l.x_treatment IN ('as-billed', 'as-billed-covered', 'as-applied') THEN l.on_demand ELSE 0 END) AS VARCHAR) AS stands
FROM parts l
JOIN pricing_keys k ON k.load = l.load AND k.x_pricing_key = l.x_pricing_key
JOIN loads ON loads.load = l.load
JOIN measures m ON m.load = loads.home AND m.commitment = l.x_provider_commitment
WHERE {covered}
GROUP BY 1, 2, 3, 4, 5, 6
ORDER BY 1, 2, 4, 5, 6, 3
