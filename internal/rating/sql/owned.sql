-- What a month used, day by day (commitment.Apply), with its owner and what its
-- pricing key says.
WITH dated AS (
    -- A line of another time than the month belongs to the day of the month nearest to it.
    SELECT l.*, LEAST(GREATEST(l.day, month.first_day), month.last_day) AS billing_day
    FROM daily_usage l CROSS JOIN month
    WHERE TRUE {only}
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
