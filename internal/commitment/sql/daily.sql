-- What there is to price: lines of a day that share account, pricing key, tags,
-- provider invoice, resource and what the commitments did to them, summed. Lines
-- that have to do with commitments come in parts. Sums are exact: DECIMAL(38,18).
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
)
SELECT
    load,
    x_pricing_key,
    x_tag_set,
    owner,
    sub_account_id,
    invoice_id,
    resource_id,
    commitment,
    kind,
    treatment,
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
