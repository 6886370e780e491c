-- Whom a commitment covered, by account: the one the provider applied (the
-- column x_provider_commitment), or the one that covers when groups are alone.
SELECT
    loads.home,
    k.billing_currency,
    l."group",
    l.sub_account_id,
    COALESCE({inside}, FALSE) AS inside,
    CAST(SUM(l.quantity) AS VARCHAR) AS quantity,
    CAST(SUM({units}) AS VARCHAR) AS units,
    CAST(SUM(l.on_demand) AS VARCHAR) AS on_demand,
    CAST(SUM({cost}) AS VARCHAR) AS effective,
    CAST(SUM(CASE WHEN l.x_treatment IN ('as-billed', 'as-billed-covered', 'as-applied') THEN l.on_demand ELSE 0 END) AS VARCHAR) AS stands,
    COUNT(DISTINCT (l.load, l.x_file, l.x_row)) AS lines
FROM parts l
JOIN pricing_keys k ON k.load = l.load AND k.x_pricing_key = l.x_pricing_key
JOIN loads ON loads.load = l.load
JOIN measures m ON m.load = loads.home AND m.commitment = l.{commitment}
LEFT JOIN sizes z ON z.load = l.load AND z.pricing_key = l.x_pricing_key
WHERE l.{commitment} = $1 AND loads.home = $2 AND {covered}
GROUP BY 1, 2, 3, 4, 5
ORDER BY 3, 4, 2, 5
