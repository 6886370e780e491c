,
-- One book's decisions. start is what it prices: the cost on a basis, or what the
-- book or sale before made of it.
decided_{l} AS (
    SELECT
        p.*,
        d.decision AS decision_{l}, d.rule AS rule_{l}, d.base AS named_base_{l},
        -- What a book before left out is in no month's total.
        CASE WHEN NOT {left_out} AND (NOT {covered} OR d.total_on = 'price') THEN d.total_of END AS total_of_{l}, d.total_on AS total_on_{l},
        CASE WHEN {left_out} THEN 1 ELSE d.excluded END AS excluded_{l},
        CAST(CASE WHEN d.base IS NOT NULL THEN {basis:d.base} ELSE {start} END AS DECIMAL(38, 18)) AS start_{l}
        -- What it says of each action; nothing by quantity of what a commitment covers, which its fee pays for.
        {terms}
    FROM {before} p
    LEFT JOIN decisions d
        ON d.book = p.book_{l} AND d.load = p.load AND d.pricing_key = p.x_pricing_key AND d.tag_set = {tag_set}
        AND p.billing_day BETWEEN d.from_day AND d.to_day
)
