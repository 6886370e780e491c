,
-- One book's prices. start is what it prices: the cost on a basis, or what the
-- book or sale before made of it.
decided_{l} AS (
    SELECT
        p.*,
        d.decision AS decision_{l}, d.rule AS rule_{l}, d.base AS named_base_{l}, d.factor AS factor_{l},
        -- What a commitment covers is paid by its fee: a unit price is for the rest.
        CASE WHEN NOT {covered} THEN d.unit_price END AS unit_price_{l},
        -- What a book before left out is in no month's total.
        CASE WHEN NOT {left_out} AND (NOT {covered} OR d.total_on = 'price') THEN d.total_of END AS total_of_{l}, d.total_on AS total_on_{l},
        CASE WHEN {left_out} THEN 1 ELSE d.excluded END AS excluded_{l}, d.managed AS managed_{l}, d.not_below AS not_below_{l}, d.not_above AS not_above_{l},
        CAST(CASE WHEN d.base IS NOT NULL THEN {basis:d.base} ELSE {start} END AS DECIMAL(38, 18)) AS start_{l}
    FROM {before} p
    LEFT JOIN decisions d
        ON d.book = p.book_{l} AND d.load = p.load AND d.pricing_key = p.x_pricing_key AND d.tag_set = {tag_set}
        AND p.billing_day BETWEEN d.from_day AND d.to_day
),
linear_{l} AS (
    -- A factor has at most 6 decimals, so start × factor is exact in 24 digits; quantity × unit price is rounded half
    -- away from zero at 24 digits, which defines the price.
    SELECT
        q.*,
        CASE
            WHEN q.excluded_{l} = 1 THEN CAST(0 AS DECIMAL(38, 24))
            WHEN q.decision_{l} IS NULL THEN CAST({through} AS DECIMAL(38, 24))
            WHEN q.unit_price_{l} IS NOT NULL
                -- Whole units and the rest apart: one product would have room for 8 digits before the point only.
                THEN CAST(CAST(TRUNC(q.quantity) AS DECIMAL(26, 0)) * q.unit_price_{l} AS DECIMAL(38, 24))
                    + CAST(CAST(q.quantity - TRUNC(q.quantity) AS DECIMAL(18, 18)) * q.unit_price_{l} AS DECIMAL(38, 24))
            ELSE CAST(q.start_{l} * COALESCE(q.factor_{l}, CAST(1 AS DECIMAL(12, 6))) AS DECIMAL(38, 24))
        END AS linear_{l}
    FROM decided_{l} q
)
