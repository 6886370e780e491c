-- Each share's capacity and what its own scope used of it, slot by slot.
SELECT
    s.load,
    s.payer,
    s.commitment AS commitment_discount_id,
    s.share AS x_share,
    t.starts AS charge_period_start,
    t.ends AS charge_period_end,
    scopes."group",
    CAST(quotient(c.units, s.size) AS DECIMAL(38, 15)) AS units,
    CAST(quotient(c.used, s.size) AS DECIMAL(38, 15)) AS used,
    CAST(ROUND(s.hourly * quotient(c.used, s.size), 12) AS DECIMAL(38, 18)) AS used_cost,
    CAST(ROUND(s.hourly * quotient(c.units - c.used, s.size), 12) AS DECIMAL(38, 18)) AS unused_cost
FROM capacity c
JOIN shares s ON s.share = c.share
JOIN slots t ON t.load = s.load AND t.slot = c.slot
LEFT JOIN scopes ON scopes.scope = c.scope
