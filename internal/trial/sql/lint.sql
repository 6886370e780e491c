-- What the lines of a month come to that a price book prices, by pricing key,
-- span of days in which the same rules hold, and where it matters group. What a
-- group would pay alone is not known before the month is rated: on that basis a
-- line costs what the provider bills.
WITH lines AS (
    SELECT
        l.load, l.x_pricing_key, {tag_set} AS tag_set, spans.from_day, COALESCE(owners.owner, 'unassigned') AS owner, l.sub_account_id AS account,
        l.commitment_discount_id IS NOT NULL AND l.x_fence IS NULL AND k.x_class = 'usage' AS covered,
        CASE WHEN l.x_fence IS NULL THEN COALESCE(l.pricing_quantity, 0) ELSE 0 END AS quantity,
        l.billed_cost AS unblended,
        COALESCE(l.x_net_cost, l.billed_cost) AS net,
        COALESCE(l.effective_cost, l.billed_cost) AS amortized,
        COALESCE(l.x_blended_cost, l.billed_cost) AS blended,
        -- At list prices there are no commitments: no fees, nothing to negate.
        CASE WHEN k.x_class = 'commitment-fee' OR l.x_fence IS NOT NULL THEN 0 ELSE COALESCE(NULLIF(l.list_cost, 0), l.billed_cost) END AS list
    FROM tagged_lines l
    JOIN pricing_keys k ON k.load = l.load AND k.x_pricing_key = l.x_pricing_key
    CROSS JOIN month
    JOIN spans ON LEAST(GREATEST(CAST(l.charge_period_start AS DATE), month.first_day), month.last_day) BETWEEN spans.from_day AND spans.to_day
    LEFT JOIN owners
        ON owners.load = l.load AND owners.account = l.sub_account_id AND owners.tag_set = l.x_tag_set
        AND LEAST(GREATEST(CAST(l.charge_period_start AS DATE), month.first_day), month.last_day) BETWEEN owners.from_day AND owners.to_day
    WHERE l.x_fence IS NULL OR l.x_fence <> 'split-cost'
)
SELECT
    lines.load, lines.x_pricing_key, lines.tag_set, CAST(lines.from_day AS VARCHAR),
    {group} AS buyer,
    CASE WHEN lines.covered AND COALESCE(p.basis, 'true-unblended') = 'true-unblended' THEN 1 ELSE 0 END AS covered,
    COALESCE(p.final, 1) AS final,
    CAST(SUM(lines.quantity) AS VARCHAR),
    CAST(SUM(CASE p.basis WHEN 'net' THEN lines.net WHEN 'amortized' THEN lines.amortized WHEN 'blended' THEN lines.blended WHEN 'list' THEN lines.list ELSE lines.unblended END) AS VARCHAR),
    CAST(SUM(lines.net) AS VARCHAR),
    CAST(SUM(lines.list) AS VARCHAR)
FROM lines
{join} priced p ON p.owner = lines.owner AND p.account = lines.account AND p.from_day = lines.from_day
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY 1, 2, 3, 4, 5, 6, 7
