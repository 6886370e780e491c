-- What of the table crossed is beyond the units that the group itself was given
-- of the commitment for the hour.
WITH own AS (
    SELECT l.load AS home, l.commitment_discount_id AS commitment, l."group",
        CAST(date_diff('hour', CAST(month.first_day AS TIMESTAMP), l.charge_period_start) AS INTEGER) AS slot,
        CAST(SUM(l.units) AS DECIMAL(38, 12)) AS units
    FROM hours l
    JOIN given ON given.share = l.x_share
    CROSS JOIN month
    GROUP BY 1, 2, 3, 4
),
held AS (
    SELECT c.home, c.commitment, c."group", c.slot, o.units AS own, CAST(SUM(c.units) AS DECIMAL(38, 12)) AS units
    FROM crossed c
    JOIN own o ON o.home = c.home AND o.commitment = c.commitment AND o."group" = c."group" AND o.slot = c.slot
    GROUP BY 1, 2, 3, 4, 5
),
beyond AS (
    SELECT c.*, h.own, h.units AS whole
    FROM crossed c
    LEFT JOIN held h ON h.home = c.home AND h.commitment = c.commitment AND h."group" = c."group" AND h.slot = c.slot
    WHERE h.own IS NULL OR h.own < h.units
)
SELECT
    home, commitment, currency, owner_group, "group",
    {account} AS account,
    {hour} AS slot,
    CAST(SUM({beyond units}) AS VARCHAR) AS units,
    CAST(SUM({beyond quantity}) AS VARCHAR) AS quantity,
    CAST(SUM(lines) AS BIGINT) AS lines,
    CAST(SUM({beyond on_demand}) AS VARCHAR) AS on_demand,
    CAST(SUM({beyond effective}) AS VARCHAR) AS effective,
    CAST(SUM({beyond stands}) AS VARCHAR) AS stands
FROM beyond
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY 7, 1, 2, 4, 5, 6, 3
