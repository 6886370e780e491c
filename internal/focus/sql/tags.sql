-- The tags of the lines that each charge is made of: those that most of them have; of
-- several as frequent, the first as a text. Only lines of the accounts whose charges
-- are written are read.
SELECT {revision} AS rev, load, x_pricing_key, x_tag_set, account, resource, day, tags
FROM (
    SELECT
        load, x_pricing_key, x_tag_set, account, resource, day, tags,
        ROW_NUMBER() OVER (PARTITION BY load, x_pricing_key, x_tag_set, account, resource, day ORDER BY lines DESC, written) AS place
    FROM (
        SELECT
            l.load, l.x_pricing_key, l.x_tag_set, l.sub_account_id AS account, COALESCE(l.resource_id, '') AS resource,
            CAST(l.charge_period_start AS DATE) AS day, CAST(l.tags AS VARCHAR) AS written, ANY_VALUE(l.tags) AS tags, COUNT(*) AS lines
        FROM tagged_lines l
        WHERE l.sub_account_id IN (SELECT DISTINCT sub_account_id FROM focus_charges)
        GROUP BY l.load, l.x_pricing_key, l.x_tag_set, l.sub_account_id, COALESCE(l.resource_id, ''), CAST(l.charge_period_start AS DATE), CAST(l.tags AS VARCHAR)
    ) AS counted
) AS placed
WHERE place = 1 AND CARDINALITY(tags) > 0
