-- Every line that has to do with commitments, in parts: a piece of it for each
-- share that covers some, and the rest. A part's amounts are its share of the
-- line by quantity, as the difference of two running amounts, so that the parts
-- of a line are the line to the last digit. (Conditions on one side of an outer
-- join stand in its key: beside it they would make the engine compare all pairs.)
WITH pieces AS (
    SELECT ref, share, from_hours, to_hours, units FROM applied
    UNION ALL
    SELECT ref, NULL, done, hours, NULL FROM usage WHERE done < hours
),
lines AS (
    SELECT
        l.*,
        {ref} AS ref,
        {day} AS day,
        -- FOCUS has lines for what nobody used: the owner's cost, like a fee.
        CASE WHEN l.commitment_discount_status = 'Unused' THEN 'fee' ELSE k.role END AS role,
        a."group", a.splits, c."group" AS owner_group, c.kind,
        {taken} AS taken,
        CASE
            WHEN k.role = 'usage' AND l.commitment_discount_id IS NOT NULL AND COALESCE(l.x_line_item_type, '') <> 'SavingsPlanCoveredUsage'
                -- R7: public on-demand cost, else public rate × usage, else (FOCUS) the negotiated cost without
                -- commitments, else the month's rate of the same usage
                THEN COALESCE(NULLIF(l.list_cost, 0), CAST(CAST(NULLIF(l.list_unit_price, 0) AS DECIMAL(38, 12)) * CAST(l.pricing_quantity AS DECIMAL(38, 12)) AS DECIMAL(38, 18)),
                    NULLIF(l.contracted_cost, 0),
                    CAST(k.on_demand * CAST(l.pricing_quantity AS DECIMAL(38, 12)) AS DECIMAL(38, 18)))
            ELSE l.billed_cost
        END AS without
    FROM tagged_lines l
    JOIN keys k ON k.load = l.load AND k.pricing_key = l.x_pricing_key
    JOIN loads ON loads.load = l.load
    CROSS JOIN month
    JOIN accounts a
        ON a.load = l.load AND a.account_id = l.sub_account_id AND {day} BETWEEN a.from_day AND a.to_day
        -- What a commitment costs is its owner's, as the commitment is, whatever the tags of its fee say.
        AND a.tag_set = CASE
            WHEN l.commitment_discount_id IS NOT NULL AND (k.role = 'fee' OR l.commitment_discount_status = 'Unused') THEN 0
            ELSE l.x_tag_set END
    LEFT JOIN commitments c
        ON c.load = l.load AND c.commitment = l.commitment_discount_id AND {day} BETWEEN c.from_day AND c.to_day
    WHERE COALESCE(l.x_fence, '') <> 'split-cost'
),
priced AS (
    -- Without its cover usage costs no less than it was billed with it.
    SELECT *, CASE WHEN billed_cost > 0 THEN GREATEST(billed_cost, COALESCE(without, billed_cost)) ELSE without END AS on_demand
    FROM lines
),
parts AS (
    SELECT
        priced.*,
        p.share,
        p.units,
        f.account_id AS moved_to,
        -- Who is billed as the provider bills keeps its fees too, unless units were given away.
        CASE WHEN priced.splits OR f."group" <> 'reseller' OR f.account_id IS NOT NULL THEN f."group" END AS moved_group,
        COALESCE(p.from_hours, f.from_units, 0) AS part_from,
        COALESCE(p.to_hours, f.to_units, 1) AS part_to,
        CASE WHEN p.ref IS NOT NULL THEN priced.pricing_quantity WHEN f.commitment IS NOT NULL THEN f.total ELSE 1 END AS whole
    FROM priced
    LEFT JOIN pieces p ON p.ref = CASE WHEN priced.splits AND priced.role = 'usage' THEN priced.ref END
    LEFT JOIN fees f
        ON f.load = priced.load AND f.commitment = CASE WHEN priced.role = 'fee' THEN priced.commitment_discount_id END AND priced.day BETWEEN f.from_day AND f.to_day
),
amounts AS (
    SELECT
        parts.*,
        NOT (part_from = 0 AND part_to = whole) AS cut,
        CASE WHEN x_fence IS NULL THEN COALESCE(pricing_quantity, 0) ELSE 0 END AS line_quantity,
        billed_cost AS line_unblended,
        COALESCE(x_net_cost, billed_cost) AS line_net,
        COALESCE(effective_cost, billed_cost) AS line_amortized,
        COALESCE(x_blended_cost, billed_cost) AS line_blended,
        COALESCE(NULLIF(list_cost, 0), billed_cost) AS line_list,
        COALESCE(on_demand, 0) AS line_on_demand
    FROM parts
),
per_unit AS (
    SELECT amounts.*, {per_unit} FROM amounts
),
shared AS (
    SELECT per_unit.*, {shared} FROM per_unit
)
SELECT
    parts.load,
    parts.billing_account_id AS payer,
    x_file,
    x_row,
    CAST(part_from AS DECIMAL(38, 18)) AS x_part_from,
    CAST(CASE WHEN part_from = 0 THEN 1 ELSE 0 END AS INTEGER) AS x_lines,
    x_pricing_key,
    x_tag_set,
    COALESCE(moved_group, "group") AS "group",
    COALESCE(moved_to, sub_account_id) AS sub_account_id,
    sub_account_name,
    invoice_id,
    resource_id,
    charge_period_start,
    part_quantity AS quantity,
    part_unblended AS unblended,
    part_net AS net,
    part_amortized AS amortized,
    part_blended AS blended,
    CASE WHEN commitment_discount_status = 'Unused' THEN 0 ELSE part_list END AS list,
    CAST(CASE WHEN role = 'usage' THEN part_on_demand ELSE 0 END AS DECIMAL(38, 18)) AS on_demand,
    CAST(CASE
        WHEN role = 'negation' AND taken AND splits THEN 0
        WHEN role <> 'usage' OR NOT splits OR NOT taken THEN part_unblended
        WHEN parts.share IS NOT NULL THEN COALESCE(CAST(ROUND(s.price * CAST({instances:parts.units} AS DECIMAL(38, 12)), 12) AS DECIMAL(38, 18)), 0)
        WHEN t.ref IS NOT NULL THEN t.cost
        ELSE part_on_demand
    END AS DECIMAL(38, 18)) AS true_unblended,
    CAST(CASE
        WHEN parts.share IS NOT NULL THEN {cost:parts.units}
        WHEN role = 'usage' AND splits AND NOT taken THEN part_amortized
        ELSE 0
    END AS DECIMAL(38, 18)) AS effective,
    CASE
        WHEN NOT splits AND role = 'usage' AND parts.commitment_discount_id IS NOT NULL THEN 'as-billed-covered'
        WHEN NOT splits AND role <> 'fee' THEN 'as-billed'
        WHEN role = 'negation' THEN CASE WHEN taken THEN 'taken-back' ELSE 'as-applied' END
        WHEN role = 'fee' THEN CASE WHEN moved_group IS NULL THEN 'fee' ELSE 'fee-moved' END
        WHEN NOT taken THEN 'as-applied'
        WHEN s.commitment = parts.commitment_discount_id THEN 'kept'
        WHEN parts.share IS NOT NULL THEN 'applied'
        WHEN parts.commitment_discount_id IS NOT NULL THEN 'unshared'
        WHEN t.ref IS NOT NULL THEN 'tiered-alone'
        ELSE 'on-demand'
    END AS x_treatment,
    -- Usage whose cover stands is paid by the fee, as is what nobody used.
    COALESCE(s.commitment, CASE WHEN role <> 'fee' AND splits AND NOT taken OR commitment_discount_status = 'Unused' THEN parts.commitment_discount_id END)
        AS commitment_discount_id,
    parts.commitment_discount_id AS x_provider_commitment,
    owner_group AS x_provider_commitment_group,
    COALESCE(s.kind, parts.kind) AS x_commitment_kind,
    CAST(CASE WHEN role = 'usage' AND on_demand IS NULL THEN 1 ELSE 0 END AS INTEGER) AS x_no_price
FROM shared parts
LEFT JOIN shares s ON s.share = parts.share
LEFT JOIN tiered t ON t.ref = CASE WHEN parts.splits AND parts.role = 'usage' THEN parts.ref END
