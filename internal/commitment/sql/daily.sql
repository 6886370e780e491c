-- What there is to price: lines of a day that share account, pricing key, tags,
-- provider invoice, resource and what the commitments did to them, summed, with
-- their owner. Lines that have to do with commitments come in parts. Sums are
-- exact: DECIMAL(38,18).
WITH pieces AS (
    SELECT
        l.load, l.x_pricing_key, l.x_tag_set, CAST(NULL AS VARCHAR) AS owner, l.sub_account_id, l.sub_account_name, l.invoice_id, l.resource_id,
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
    FROM tagged_lines l
    LEFT JOIN keys k ON k.load = l.load AND k.pricing_key = l.x_pricing_key
    WHERE (l.x_fence IS NULL OR l.x_fence <> 'split-cost') AND k.load IS NULL
    UNION ALL
    SELECT
        load, x_pricing_key, x_tag_set, "group", sub_account_id, sub_account_name, invoice_id, resource_id,
        charge_period_start, x_lines, quantity, unblended, net, amortized, blended, list, true_unblended, effective,
        commitment_discount_id, x_commitment_kind, x_treatment
    FROM parts
),
daily AS (
    SELECT
        load, x_pricing_key, x_tag_set, owner, sub_account_id, invoice_id, resource_id, commitment, kind, treatment,
        CAST(charge_period_start AS DATE) AS day,
        MAX(sub_account_name) AS sub_account_name,
        CAST(SUM(x_lines) AS BIGINT) AS lines,
        CAST(SUM(quantity) AS DECIMAL(38, 18)) AS quantity,
        CAST(SUM(unblended) AS DECIMAL(38, 18)) AS unblended,
        CAST(SUM(net) AS DECIMAL(38, 18)) AS net,
        CAST(SUM(amortized) AS DECIMAL(38, 18)) AS amortized,
        CAST(SUM(blended) AS DECIMAL(38, 18)) AS blended,
        CAST(SUM(list) AS DECIMAL(38, 18)) AS list,
        CAST(SUM(true_unblended) AS DECIMAL(38, 18)) AS true_unblended,
        CAST(SUM(effective) AS DECIMAL(38, 18)) AS effective
    FROM pieces
    GROUP BY load, x_pricing_key, x_tag_set, owner, sub_account_id, invoice_id, resource_id, commitment, kind, treatment, CAST(charge_period_start AS DATE)
),
dated AS (
    -- A line of another time than the month belongs to the day of the month nearest to it.
    SELECT daily.*, LEAST(GREATEST(daily.day, month.first_day), month.last_day) AS billing_day
    FROM daily CROSS JOIN month
),
owned AS (
    SELECT
        dated.load, dated.x_pricing_key, dated.x_tag_set, COALESCE(dated.owner, owners.owner, 'unassigned') AS owner, dated.sub_account_id,
        dated.invoice_id, dated.resource_id, dated.commitment, dated.kind, dated.treatment, dated.day, dated.billing_day, dated.sub_account_name,
        dated.lines, dated.quantity, dated.unblended, dated.net, dated.amortized, dated.blended, dated.list, dated.true_unblended, dated.effective
    FROM dated
    LEFT JOIN owners
        ON owners.load = dated.load
        AND owners.account = CASE WHEN dated.owner IS NULL THEN dated.sub_account_id END
        AND owners.tag_set = dated.x_tag_set
        AND dated.billing_day BETWEEN owners.from_day AND owners.to_day
)
SELECT
    owned.*,
    -- In the order of owners, which is that of groups where the reseller sells to each itself.
    ROW_NUMBER() OVER (ORDER BY owner, sub_account_id, load, x_pricing_key, day, invoice_id, resource_id, commitment, treatment, kind, x_tag_set) AS x_use
FROM owned
