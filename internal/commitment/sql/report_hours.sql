-- What the provider's sharing took of commitments in each hour or day, inside the
-- group of the owner and outside. Idle is what FOCUS says that nobody used of one
-- in a line of its own, as the lines count.
SELECT
    loads.home,
    l.x_provider_commitment AS commitment,
    {slot} AS slot,
    CAST(SUM(CASE WHEN {covered} AND {inside} THEN {units} ELSE 0 END) AS VARCHAR) AS inside,
    CAST(SUM(CASE WHEN {covered} THEN {units} ELSE 0 END) AS VARCHAR) AS units,
    CAST(SUM(CASE WHEN {covered} THEN 0 ELSE l.quantity END) AS VARCHAR) AS idle
FROM parts l
JOIN pricing_keys k ON k.load = l.load AND k.x_pricing_key = l.x_pricing_key
JOIN loads ON loads.load = l.load
JOIN measures m ON m.load = loads.home AND m.commitment = l.x_provider_commitment
LEFT JOIN sizes z ON z.load = l.load AND z.pricing_key = l.x_pricing_key
CROSS JOIN month
WHERE {chosen}
    AND ({covered} OR l.x_treatment IN ('fee', 'fee-moved') AND l.commitment_discount_id IS NOT NULL)
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3
