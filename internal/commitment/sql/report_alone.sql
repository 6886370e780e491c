-- What each share could cover in the month, for which group, and what that
-- group used of it alone.
SELECT
    l.load AS home,
    l.commitment_discount_id AS commitment,
    l.x_share,
    COALESCE(l."group", '') AS "group",
    CAST(SUM(l.units) AS VARCHAR) AS units,
    CAST(SUM(l.used) AS VARCHAR) AS used,
    CAST(SUM(l.used_cost) AS VARCHAR) AS used_cost,
    CAST(SUM(l.unused_cost) AS VARCHAR) AS unused_cost
FROM hours l
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4
