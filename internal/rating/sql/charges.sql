-- Lines of a day that share account, pricing key, provider invoice and
-- resource become one charge; then each charge gets its owner and its price.
-- Sums are exact: DECIMAL(38,18) in, DECIMAL(38,24) out. A factor has at most
-- 6 decimals, so base cost × factor is exact in 24 digits; quantity × unit
-- price is rounded half away from zero at 24 digits, which defines the charge.
WITH daily AS (
    SELECT
        load,
        x_pricing_key,
        sub_account_id,
        invoice_id,
        resource_id,
        CAST(charge_period_start AS DATE) AS day,
        MAX(sub_account_name) AS sub_account_name,
        COUNT(*) AS lines,
        SUM(CASE WHEN x_fence IS NULL THEN COALESCE(pricing_quantity, 0) ELSE 0 END) AS quantity,
        SUM(billed_cost) AS unblended,
        SUM(COALESCE(x_net_cost, billed_cost)) AS net,
        SUM(COALESCE(effective_cost, billed_cost)) AS amortized,
        SUM(COALESCE(x_blended_cost, billed_cost)) AS blended,
        SUM(COALESCE(NULLIF(list_cost, 0), billed_cost)) AS list
    FROM line_items
    WHERE x_fence IS NULL OR x_fence <> 'split-cost'
    GROUP BY load, x_pricing_key, sub_account_id, invoice_id, resource_id, CAST(charge_period_start AS DATE)
),
dated AS (
    -- A line of another time than the month belongs to the day of the month nearest to it.
    SELECT daily.*, LEAST(GREATEST(daily.day, month.first_day), month.last_day) AS billing_day
    FROM daily CROSS JOIN month
),
owned AS (
    SELECT dated.*, COALESCE(owners.owner, 'unassigned') AS owner, COALESCE(plans.plan, -1) AS plan
    FROM dated
    LEFT JOIN owners
        ON owners.load = dated.load
        AND owners.account = dated.sub_account_id
        AND dated.billing_day BETWEEN owners.from_day AND owners.to_day
    LEFT JOIN plans ON plans.owner = owners.owner
),
based AS (
    SELECT
        owned.*,
        decisions.decision, decisions.place, decisions.rule, decisions.base, decisions.factor, decisions.unit_price,
        CAST(CASE
            WHEN decisions.base = 'net' THEN net
            WHEN decisions.base = 'amortized' THEN amortized
            WHEN decisions.base = 'blended' THEN blended
            -- At list prices there are no commitments: no fees, nothing to negate.
            WHEN decisions.base = 'list' AND decisions.unlisted = 1 THEN 0
            WHEN decisions.base = 'list' THEN list
            ELSE unblended
        END AS DECIMAL(38, 18)) AS base_cost
    FROM owned
    LEFT JOIN decisions
        ON decisions.load = owned.load
        AND decisions.pricing_key = owned.x_pricing_key
        AND decisions.plan = owned.plan
        AND owned.billing_day BETWEEN decisions.from_day AND decisions.to_day
)
SELECT
    based.owner AS "group",
    ROW_NUMBER() OVER (ORDER BY based.owner, based.sub_account_id, based.load, based.x_pricing_key, based.day,
        based.invoice_id, based.resource_id) AS x_charge,
    based.load AS x_load,
    based.x_pricing_key,
    based.decision AS x_decision,
    COALESCE(based.place, 'off') AS x_place,
    based.rule AS x_rule,
    based.base AS x_base,
    based.factor AS x_factor,
    based.unit_price AS x_unit_price,
    k.x_provider,
    k.billing_account_id,
    based.sub_account_id,
    based.sub_account_name,
    based.invoice_id AS x_provider_invoice_id,
    CAST(based.day AS TIMESTAMP) AS charge_period_start,
    CAST(based.day + INTERVAL 1 DAY AS TIMESTAMP) AS charge_period_end,
    k.charge_category,
    k.x_class,
    k.x_line_item_type,
    k.service_name,
    k.x_service_code,
    k.region_id,
    k.x_usage_type,
    k.x_operation,
    k.sku_id,
    k.x_instance_type,
    k.charge_description,
    based.resource_id,
    k.pricing_unit,
    based.quantity AS pricing_quantity,
    k.billing_currency,
    based.lines AS x_lines,
    based.list AS list_cost,
    based.amortized AS x_amortized_cost,
    based.unblended AS x_cost,
    based.base_cost AS x_base_cost,
    CAST(CASE
        WHEN based.unit_price IS NOT NULL
            -- Whole units and the rest apart: one product would have room for 8 digits before the point only.
            THEN CAST(CAST(TRUNC(based.quantity) AS DECIMAL(26, 0)) * based.unit_price AS DECIMAL(38, 24))
                + CAST(CAST(based.quantity - TRUNC(based.quantity) AS DECIMAL(18, 18)) * based.unit_price AS DECIMAL(38, 24))
        ELSE CAST(based.base_cost * COALESCE(based.factor, 0) AS DECIMAL(38, 24))
    END AS DECIMAL(38, 24)) AS billed_cost
FROM based
JOIN pricing_keys k ON k.load = based.load AND k.x_pricing_key = based.x_pricing_key
