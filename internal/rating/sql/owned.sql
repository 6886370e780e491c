-- Lines of a day that share account, pricing key, tags, provider invoice,
-- resource and what the commitments did to them become one charge; then each
-- gets its owner. Lines that have to do with commitments come in parts. Sums are
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
    FROM line_items l
    LEFT JOIN (SELECT DISTINCT load, x_pricing_key FROM parts) p ON p.load = l.load AND p.x_pricing_key = l.x_pricing_key
    WHERE (l.x_fence IS NULL OR l.x_fence <> 'split-cost') AND p.load IS NULL {only}
    UNION ALL
    SELECT
        l.load, l.x_pricing_key, l.x_tag_set, l."group", l.sub_account_id, l.sub_account_name, l.invoice_id, l.resource_id,
        l.charge_period_start, l.x_lines, l.quantity, l.unblended, l.net, l.amortized, l.blended, l.list, l.true_unblended, l.effective,
        l.commitment_discount_id, l.x_commitment_kind, l.x_treatment
    FROM parts l
    WHERE TRUE {only}
),
daily AS (
    SELECT
        load, x_pricing_key, x_tag_set, owner, sub_account_id, invoice_id, resource_id, commitment, kind, treatment,
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
    GROUP BY load, x_pricing_key, x_tag_set, owner, sub_account_id, invoice_id, resource_id, commitment, kind, treatment, CAST(charge_period_start AS DATE)
),
dated AS (
    -- A line of another time than the month belongs to the day of the month nearest to it.
    SELECT daily.*, LEAST(GREATEST(daily.day, month.first_day), month.last_day) AS billing_day
    FROM daily CROSS JOIN month
),
owned AS (
    SELECT
        dated.*, COALESCE(dated.owner, owners.owner, 'unassigned') AS billed_to,
        k.x_class AS class, k.billing_currency AS currency, COALESCE(k.pricing_unit, '') AS unit,
        -- At list prices there are no commitments: no fees, nothing to negate.
        k.x_class = 'commitment-fee' OR k.x_fence IS NOT NULL AND k.x_fence = 'negation' AS unlisted,
        k.x_class IN ('usage', 'commitment-fee', 'marketplace') AS billable,
        k.key_place
    FROM dated
    -- Numbers of keys follow the provider's file; their places follow what they say.
    JOIN (SELECT *, ROW_NUMBER() OVER (ORDER BY {key}, load, x_pricing_key) AS key_place FROM pricing_keys) k ON k.load = dated.load AND k.x_pricing_key = dated.x_pricing_key
    LEFT JOIN owners
        ON owners.load = dated.load
        AND owners.account = CASE WHEN dated.owner IS NULL THEN dated.sub_account_id END
        AND owners.tag_set = dated.x_tag_set
        AND dated.billing_day BETWEEN owners.from_day AND owners.to_day
)
