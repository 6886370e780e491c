-- Lines of a day that share account, pricing key, provider invoice, resource and
-- what the commitments did to them become one charge; then each charge gets its
-- owner and its price. Lines that have to do with commitments come in parts.
-- Sums are exact: DECIMAL(38,18) in, DECIMAL(38,24) out. A factor has at most
-- 6 decimals, so base cost × factor is exact in 24 digits; quantity × unit
-- price is rounded half away from zero at 24 digits, which defines the charge.
WITH pieces AS (
    SELECT
        l.load, l.x_pricing_key, CAST(NULL AS VARCHAR) AS owner, l.sub_account_id, l.sub_account_name, l.invoice_id, l.resource_id,
        l.charge_period_start, 1 AS x_lines,
        CASE WHEN l.x_fence IS NULL THEN COALESCE(l.pricing_quantity, 0) ELSE 0 END AS quantity,
        l.billed_cost AS unblended,
        COALESCE(l.x_net_cost, l.billed_cost) AS net,
        COALESCE(l.effective_cost, l.billed_cost) AS amortized,
        COALESCE(l.x_blended_cost, l.billed_cost) AS blended,
        COALESCE(NULLIF(l.list_cost, 0), l.billed_cost) AS list,
        l.billed_cost AS true_unblended,
        CAST(0 AS DECIMAL(38, 18)) AS effective,
        CAST(NULL AS VARCHAR) AS commitment, CAST(NULL AS VARCHAR) AS kind, CAST(NULL AS VARCHAR) AS treatment
    FROM line_items l
    LEFT JOIN (SELECT DISTINCT load, x_pricing_key FROM parts) p ON p.load = l.load AND p.x_pricing_key = l.x_pricing_key
    WHERE (l.x_fence IS NULL OR l.x_fence <> 'split-cost') AND p.load IS NULL
    UNION ALL
    SELECT
        load, x_pricing_key, "group", sub_account_id, sub_account_name, invoice_id, resource_id,
        charge_period_start, x_lines, quantity, unblended, net, amortized, blended, list, true_unblended, effective,
        commitment_discount_id, x_commitment_kind, x_treatment
    FROM parts
),
daily AS (
    SELECT
        load, x_pricing_key, owner, sub_account_id, invoice_id, resource_id, commitment, kind, treatment,
        CAST(charge_period_start AS DATE) AS day,
        MAX(sub_account_name) AS sub_account_name,
        SUM(x_lines) AS lines,
        SUM(quantity) AS quantity,
        SUM(unblended) AS unblended,
        SUM(net) AS net,
        SUM(amortized) AS amortized,
        SUM(blended) AS blended,
        SUM(list) AS list,
        SUM(true_unblended) AS true_unblended,
        SUM(effective) AS effective
    FROM pieces
    GROUP BY load, x_pricing_key, owner, sub_account_id, invoice_id, resource_id, commitment, kind, treatment, CAST(charge_period_start AS DATE)
),
dated AS (
    -- A line of another time than the month belongs to the day of the month nearest to it.
    SELECT daily.*, LEAST(GREATEST(daily.day, month.first_day), month.last_day) AS billing_day
    FROM daily CROSS JOIN month
),
owned AS (
    SELECT dated.*, COALESCE(dated.owner, owners.owner, 'unassigned') AS billed_to
    FROM dated
    LEFT JOIN owners
        ON owners.load = dated.load
        AND owners.account = CASE WHEN dated.owner IS NULL THEN dated.sub_account_id END
        AND dated.billing_day BETWEEN owners.from_day AND owners.to_day
),
based AS (
    SELECT
        owned.*,
        decisions.decision, decisions.place, decisions.rule, decisions.base, decisions.factor,
        -- What a commitment covers is paid by its fee: a unit price is for the rest.
        CASE WHEN owned.commitment IS NULL THEN decisions.unit_price END AS unit_price,
        CAST(CASE
            WHEN decisions.base = 'net' THEN net
            WHEN decisions.base = 'amortized' THEN amortized
            WHEN decisions.base = 'blended' THEN blended
            WHEN decisions.base = 'true-unblended' THEN true_unblended
            -- At list prices there are no commitments: no fees, nothing to negate.
            WHEN decisions.base = 'list' AND decisions.unlisted = 1 THEN 0
            WHEN decisions.base = 'list' THEN list
            ELSE unblended
        END AS DECIMAL(38, 18)) AS base_cost
    FROM owned
    LEFT JOIN plans ON plans.owner = owned.billed_to
    LEFT JOIN decisions
        ON decisions.load = owned.load
        AND decisions.pricing_key = owned.x_pricing_key
        AND decisions.plan = plans.plan
        AND owned.billing_day BETWEEN decisions.from_day AND decisions.to_day
)
SELECT
    based.billed_to AS "group",
    ROW_NUMBER() OVER (ORDER BY based.billed_to, based.sub_account_id, based.load, based.x_pricing_key, based.day,
        based.invoice_id, based.resource_id, based.commitment, based.treatment, based.kind) AS x_charge,
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
    based.commitment AS commitment_discount_id,
    based.kind AS x_commitment_kind,
    based.treatment AS x_treatment,
    k.pricing_unit,
    CAST(based.quantity AS DECIMAL(38, 18)) AS pricing_quantity,
    k.billing_currency,
    CAST(based.lines AS BIGINT) AS x_lines,
    based.list AS list_cost,
    based.amortized AS x_amortized_cost,
    based.net AS x_net_cost,
    based.true_unblended AS x_true_unblended_cost,
    based.effective AS x_commitment_cost,
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
