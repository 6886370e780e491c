-- What a group's reader must know, from the views "charges" and "hours": one row
-- for each fact. Only what is billed as if the group were alone needs a word; a
-- tier's price of it starts from the price that the tier pays. Commitments and
-- tiers are those of who uses, whoever is billed.
WITH alone AS (
    SELECT
        "group", COALESCE(x_pool, x_owner) AS owner, billing_account_id, COALESCE(x_provider, billing_account_id) AS provider,
        x_treatment, x_commitment_kind
    FROM charges
    WHERE x_place IN ('usage', 'marketplace') AND x_class <> 'managed' AND (
        x_base = 'true-unblended'
        OR x_seller IS NOT NULL AND x_base = 'cost'
            AND x_owner IN (SELECT x_owner FROM charges WHERE x_seller IS NULL AND x_base = 'true-unblended'))
)
SELECT "group", 'commitments-as-applied' AS code, provider AS arg
FROM alone
WHERE x_treatment = 'as-applied' AND x_commitment_kind = 'other'
UNION
SELECT alone."group", 'commitments-by-day', ''
FROM alone
JOIN hours ON hours."group" = alone.owner AND hours.payer = alone.billing_account_id
WHERE alone.x_treatment IN ('kept', 'applied')
    AND hours.used > 0 AND date_diff('hour', hours.charge_period_start, hours.charge_period_end) > 1
UNION
SELECT "group", 'tiers-alone', ''
FROM alone
WHERE x_treatment = 'tiered-alone'
ORDER BY 1, 2, 3
