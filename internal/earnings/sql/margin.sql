-- What the charges add to the reseller's margin, by source. The way from the
-- reseller's cost to the customer's price has three steps: net cost, unblended
-- cost, cost on the basis, price. Each step of each charge has one source. A
-- charge on no invoice goes from unblended cost to nothing, in one step. What is
-- charged for managing has no cost, and is one step of its own. Sales of tiers
-- below the reseller are not the reseller's.
WITH placed AS (
    SELECT
        billing_currency, "group", x_cost, x_net_cost, x_base_cost, billed_cost,
        x_place IN ('usage', 'marketplace') AS billed,
        CASE
            WHEN x_commitment_kind LIKE 'ri-%' THEN 'reservations'
            WHEN x_commitment_kind LIKE 'sp-%' THEN 'savings-plans'
            WHEN x_line_item_type IN ('RIFee', 'DiscountedUsage') OR x_line_item_type = 'Fee' AND x_commitment_kind IS NOT NULL THEN 'reservations'
            WHEN x_line_item_type LIKE 'SavingsPlan%' THEN 'savings-plans'
            WHEN x_commitment_kind IS NOT NULL THEN 'other-commitments'
        END AS commitments,
        x_place, x_class, x_line_item_type, x_base, x_treatment, charge_description
    FROM charges
    WHERE x_seller IS NULL
),
sourced AS (
    SELECT
        placed.*,
        CASE
            WHEN x_class = 'managed' THEN 'managed'
            WHEN x_class = 'tax' THEN 'tax'
            WHEN x_line_item_type IN ('SppDiscount', 'EdpDiscount', 'PrivateRateDiscount', 'BundledDiscount', 'RiVolumeDiscount', 'Discount')
                -- R11: what the partner program gives came as refunds once.
                OR x_line_item_type = 'Refund' AND LOWER(charge_description) LIKE '%solution provider program%'
                THEN 'provider-discounts'
            WHEN x_place = 'excluded' THEN 'excluded'
            WHEN NOT billed AND x_class IN ('commitment-fee', 'entry') THEN COALESCE(commitments, 'entries')
            WHEN NOT billed THEN 'own-use'
            WHEN x_base <> 'true-unblended' THEN 'other-basis'
            WHEN x_treatment = 'tiered-alone' THEN 'volume-tiers'
            ELSE COALESCE(commitments, 'other-basis')
        END AS source
    FROM placed
),
summed AS (
    SELECT
        billing_currency, "group", source, billed,
        SUM(x_cost) AS cost,
        SUM(x_net_cost) AS net,
        SUM(CASE WHEN source = 'managed' THEN 0 ELSE x_base_cost END) AS base,
        SUM(billed_cost) AS price
    FROM sourced
    GROUP BY billing_currency, "group", source, billed
),
steps AS (
    SELECT billing_currency, "group", 'provider-discounts' AS source, CAST(cost - net AS DECIMAL(38, 24)) AS amount FROM summed
    UNION ALL
    SELECT billing_currency, "group", source, CAST(base - cost AS DECIMAL(38, 24)) FROM summed WHERE billed
    UNION ALL
    SELECT billing_currency, "group", source, CAST(0 - cost AS DECIMAL(38, 24)) FROM summed WHERE NOT billed
    UNION ALL
    SELECT billing_currency, "group", CASE WHEN source = 'managed' THEN source ELSE 'price-book' END, price - CAST(base AS DECIMAL(38, 24)) FROM summed WHERE billed
)
SELECT billing_currency, "group", source, CAST(SUM(amount) AS VARCHAR)
FROM steps
GROUP BY billing_currency, "group", source
ORDER BY billing_currency, "group", source
