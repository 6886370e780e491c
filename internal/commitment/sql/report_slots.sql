-- What the provider's sharing took of a commitment in each hour or day, inside
-- the group of its owner and outside.
SELECT
    {slot} AS slot,
    CAST(SUM(CASE WHEN {inside} THEN {units} ELSE 0 END) AS VARCHAR) AS inside,
    CAST(SUM({units}) AS VARCHAR) AS units
FROM parts l
JOIN pricing_keys k ON k.load = l.load AND k.x_pricing_key = l.x_pricing_key
JOIN loads ON loads.load = l.load
JOIN measures m ON m.load = loads.home AND m.commitment = l.x_provider_commitment
LEFT JOIN sizes z ON z.load = l.load AND z.pricing_key = l.x_pricing_key
CROSS JOIN month
WHERE l.x_provider_commitment = $1 AND loads.home = $2 AND {covered}
GROUP BY 1
ORDER BY 1
