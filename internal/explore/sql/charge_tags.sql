-- The tags of charges: those that most lines have which a charge is made of; of
-- several as frequent, the first by number. Lines that share all columns but the
-- last have the same owner: it follows from account, day and the tags that decide.
WITH counted AS (
    SELECT
        l.load, l.x_pricing_key, l.x_tag_set, l.sub_account_id, COALESCE(l.resource_id, '') AS resource,
        CAST(l.charge_period_start AS DATE) AS day, COALESCE(t.number, 0) AS number, COUNT(*) AS lines
    FROM tagged_lines l
    LEFT JOIN line_tag_sets t ON t.tags = l.tags
    GROUP BY ALL
),
-- The greatest count, and beside it the least number, in one number.
most AS (
    SELECT load, x_pricing_key, x_tag_set, sub_account_id, resource, day, MAX(CAST(lines AS BIGINT) * 4294967296 + (4294967295 - number)) AS best
    FROM counted
    GROUP BY ALL
)
SELECT load, x_pricing_key, x_tag_set, sub_account_id, resource, day, 4294967295 - best % 4294967296 AS number
FROM most
WHERE best % 4294967296 < 4294967295
