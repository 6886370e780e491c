-- Benefit that a commitment of one group brought to another (R9), by hour and
-- account where these are asked for: the one pass over the parts.
CREATE OR REPLACE TEMP TABLE crossed AS
SELECT
    loads.home,
    m.commitment,
    m.size,
    k.billing_currency AS currency,
    l.x_provider_commitment_group AS owner_group,
    l."group",
    {crossed account} AS account,
    {crossed slot} AS slot,
    -- Rounded as the hours are, which they are compared with.
    CAST(ROUND(quotient(CAST(SUM({units}) AS DECIMAL(38, 18)), m.size), 12) AS DECIMAL(38, 12)) AS units,
    CAST(SUM(l.quantity) AS DECIMAL(38, 18)) AS quantity,
    SUM(l.x_lines) AS lines,
    CAST(SUM(l.on_demand) AS DECIMAL(38, 18)) AS on_demand,
    CAST(SUM(l.amortized) AS DECIMAL(38, 18)) AS effective,
    CAST(SUM(CASE WHEN l.x_treatment IN ('as-billed', 'as-billed-covered', 'as-applied') THEN l.on_demand ELSE 0 END) AS DECIMAL(38, 18)) AS stands
FROM parts l
JOIN pricing_keys k ON k.load = l.load AND k.x_pricing_key = l.x_pricing_key
JOIN loads ON loads.load = l.load
JOIN measures m ON m.load = loads.home AND m.commitment = l.x_provider_commitment
LEFT JOIN sizes z ON z.load = l.load AND z.pricing_key = l.x_pricing_key
CROSS JOIN month
WHERE {covered}
    AND NOT COALESCE({inside}, FALSE)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
