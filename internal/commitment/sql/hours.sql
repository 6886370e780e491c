-- Each share's capacity and what its own scope used of it, slot by slot.
SELECT
    s.load,
    s.payer,
    s.commitment AS commitment_discount_id,
    s.share AS x_share,
    t.starts AS charge_period_start,
    t.ends AS charge_period_end,
    scopes."group",
    {instances:c.units} AS units,
    {instances:c.used} AS used,
    {cost:c.used} AS used_cost,
    {cost:c.units - c.used} AS unused_cost
FROM capacity c
JOIN shares s ON s.share = c.share
JOIN slots t ON t.load = s.load AND t.slot = c.slot
LEFT JOIN scopes ON scopes.scope = c.scope
