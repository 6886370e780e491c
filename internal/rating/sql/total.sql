,
-- What the month's total of a rule makes of its charges (R15): the total's share
-- by measure, the remainder on the largest, which is the first in its order.
split_{l} AS (
    SELECT x.*, x.linear_{l} AS raw_{l}, CAST(NULL AS BIGINT) AS total_{l}, CAST(NULL AS BIGINT) AS place_in_total_{l}
    FROM linear_{l} x
    WHERE x.total_of_{l} IS NULL OR NOT {on}
    UNION ALL
    SELECT
        x.*,
        CAST({each} + CASE WHEN {place} = 1 THEN t.total - SUM({each}) OVER (PARTITION BY t.number) ELSE 0 END AS DECIMAL(38, 24)),
        t.number,
        {place}
    FROM linear_{l} x
    JOIN totals_{l} t ON t.total_of = x.total_of_{l} AND t."group" = x.group_{s} AND t.currency = x.currency
        AND t.unit = CASE WHEN x.total_on_{l} = 'quantity' THEN x.unit ELSE '' END
    WHERE {on}
)
