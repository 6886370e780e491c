-- Un-share, first half: all usage that a commitment of its own scope could
-- cover, whatever the provider applied to it. done is how much of it is covered
-- so far. line is its place among the lines: by account, then id (R7).
-- Usage that is free on demand is left free.
CREATE OR REPLACE TEMP TABLE usage AS
WITH reach AS (
    SELECT DISTINCT c.scope, pools.key
    FROM (SELECT DISTINCT class, pool, scope FROM capacity) c
    JOIN pools ON pools.class = c.class AND pools.pool = c.pool
),
eligible AS (
    SELECT
        {ref} AS ref,
        k.key, a.account, a.scope, l.x_line_item_id AS id, COALESCE(l.availability_zone, '') AS zone,
        {slot} AS slot,
        l.pricing_quantity AS hours
    FROM tagged_lines l
    JOIN keys k ON k.load = l.load AND k.pricing_key = l.x_pricing_key
    JOIN loads ON loads.load = l.load
    CROSS JOIN month
    JOIN accounts a ON a.load = l.load AND a.account_id = l.sub_account_id AND a.tag_set = l.x_tag_set AND {day} BETWEEN a.from_day AND a.to_day
    JOIN reach ON reach.scope = a.scope AND reach.key = k.key
    LEFT JOIN commitments c
        ON c.load = l.load AND c.commitment = l.commitment_discount_id AND {day} BETWEEN c.from_day AND c.to_day
    WHERE k.role = 'usage' AND l.x_fence IS NULL AND l.pricing_quantity > 0
        AND (l.commitment_discount_id IS NOT NULL OR l.billed_cost > 0)
        AND COALESCE(c.mode, 'again') = 'again'
)
SELECT
    CAST(ROW_NUMBER() OVER (ORDER BY account, id, ref) AS BIGINT) AS line,
    ref, key, account, scope, zone, slot, hours, CAST(0 AS DECIMAL(38, 18)) AS done
FROM eligible
