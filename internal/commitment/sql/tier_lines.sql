-- The lines of the pricing keys in tier_keys. scope is the one that needs the
-- line's cost alone, or -1: the line then only counts into the payer's tiers.
CREATE OR REPLACE TEMP VIEW tier_lines AS
SELECT
    {ref} AS ref,
    k.load,
    k.pricing_key,
    k.product,
    CASE WHEN a.splits THEN a.scope ELSE -1 END AS scope,
    l.pricing_quantity AS quantity,
    l.billed_cost AS cost,
    l.x_unblended_rate AS rate
FROM tagged_lines l
JOIN tier_keys k ON k.load = l.load AND k.pricing_key = l.x_pricing_key
JOIN loads ON loads.load = l.load
CROSS JOIN month
LEFT JOIN accounts a ON a.load = l.load AND a.account_id = l.sub_account_id AND a.tag_set = l.x_tag_set AND {day} BETWEEN a.from_day AND a.to_day
WHERE l.pricing_quantity > 0
