-- What a month used, day by day (commitment.Apply), with what its pricing key says.
WITH owned AS (
    SELECT
        l.*, l.owner AS billed_to,
        k.x_class AS class, k.billing_currency AS currency, COALESCE(k.pricing_unit, '') AS unit,
        -- At list prices there are no commitments: no fees, nothing to negate.
        k.x_class = 'commitment-fee' OR k.x_fence IS NOT NULL AND k.x_fence = 'negation' AS unlisted,
        k.x_class IN ('usage', 'commitment-fee', 'marketplace') AS billable,
        k.key_place
    FROM daily_usage l
    -- Numbers of keys follow the provider's file; their places follow what they say.
    JOIN (SELECT *, ROW_NUMBER() OVER (ORDER BY {key}, load, x_pricing_key) AS key_place FROM pricing_keys) k ON k.load = l.load AND k.x_pricing_key = l.x_pricing_key
    WHERE TRUE {only}
)
