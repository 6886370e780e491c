-- The charges of a month, summed by all that can be asked about. Each row is what one
-- group is charged by one seller. In the order of groups, of which a customer asks
-- for few.
WITH placed AS (
    SELECT
        c.*,
        COALESCE(t.number, 0) AS tag_set,
        c.x_place IN ('usage', 'marketplace') AS billed,
        -- Where a charge's margin comes from, as sql/margin.sql of package earnings has it.
        CASE
            WHEN c.x_commitment_kind LIKE 'ri-%' THEN 'reservations'
            WHEN c.x_commitment_kind LIKE 'sp-%' THEN 'savings-plans'
            WHEN c.x_line_item_type IN ('RIFee', 'DiscountedUsage') OR c.x_line_item_type = 'Fee' AND c.x_commitment_kind IS NOT NULL THEN 'reservations'
            WHEN c.x_line_item_type LIKE 'SavingsPlan%' THEN 'savings-plans'
            WHEN c.x_commitment_kind IS NOT NULL THEN 'other-commitments'
        END AS commitments
    FROM charges c
    LEFT JOIN charge_tags t
        ON t.load = c.x_load AND t.x_pricing_key = c.x_pricing_key AND t.x_tag_set = c.x_tag_set AND t.sub_account_id = c.sub_account_id
        AND t.resource = COALESCE(c.resource_id, '') AND t.day = CAST(c.charge_period_start AS DATE)
),
sourced AS (
    SELECT
        placed.*,
        CASE
            WHEN x_class = 'managed' THEN 'managed'
            WHEN x_class = 'tax' THEN 'tax'
            WHEN x_line_item_type IN ('SppDiscount', 'EdpDiscount', 'PrivateRateDiscount', 'BundledDiscount', 'RiVolumeDiscount', 'Discount')
                OR x_line_item_type = 'Refund' AND LOWER(charge_description) LIKE '%solution provider program%'
                THEN 'provider-discounts'
            WHEN x_place = 'excluded' THEN 'excluded'
            WHEN NOT billed AND x_class IN ('commitment-fee', 'entry') THEN COALESCE(commitments, 'entries')
            WHEN NOT billed THEN 'own-use'
            WHEN x_base <> 'true-unblended' THEN 'other-basis'
            WHEN x_treatment = 'tiered-alone' THEN 'volume-tiers'
            ELSE COALESCE(commitments, 'other-basis')
        END AS source,
        CASE WHEN x_class = 'managed' THEN 0 ELSE x_base_cost END AS base
    FROM placed
)
SELECT
    COALESCE(s.x_provider, '') AS provider,
    COALESCE(s.billing_account_id, '') AS payer,
    COALESCE(g.customer, s."group") AS customer,
    s."group",
    s.x_owner AS owner,
    COALESCE(s.x_seller, '') AS seller,
    COALESCE(s.sub_account_id, '') AS account,
    COALESCE(s.sub_account_name, '') AS account_name,
    COALESCE(s.service_name, '') AS service,
    COALESCE(s.region_id, '') AS region,
    COALESCE(s.x_usage_type, '') AS usage_type,
    COALESCE(s.pricing_unit, '') AS unit,
    COALESCE(s.charge_category, '') AS category,
    COALESCE(s.x_class, '') AS class,
    s.x_place AS place,
    COALESCE(s.commitment_discount_id, '') AS commitment,
    COALESCE(s.x_treatment, '') AS treatment,
    s.source,
    CAST(s.tag_set AS BIGINT) AS tag_set,
    CAST(CAST(s.charge_period_start AS DATE) AS VARCHAR) AS day,
    s.billing_currency AS currency,
    CAST(SUM(s.pricing_quantity) AS DECIMAL(38, 18)) AS quantity,
    CAST(SUM(s.list_cost) AS DECIMAL(38, 24)) AS list_cost,
    CAST(SUM(s.x_net_cost) AS DECIMAL(38, 24)) AS cost,
    SUM(s.billed_cost) AS price,
    -- The way from cost to price in three steps: cost before discounts, on the basis, price.
    CAST(SUM(s.x_cost) - SUM(s.x_net_cost) AS DECIMAL(38, 24)) AS discounts,
    CASE WHEN s.billed THEN CAST(SUM(s.base) AS DECIMAL(38, 24)) - CAST(SUM(s.x_cost) AS DECIMAL(38, 24)) ELSE CAST(0 - SUM(s.x_cost) AS DECIMAL(38, 24)) END AS basis,
    CASE WHEN s.billed THEN SUM(s.billed_cost) - CAST(SUM(s.base) AS DECIMAL(38, 24)) ELSE SUM(s.billed_cost) END AS markup,
    CAST(SUM(s.x_lines) AS BIGINT) AS lines
FROM sourced s
LEFT JOIN {customers} g ON g."group" = s."group"
GROUP BY
    s.x_provider, s.billing_account_id, g.customer, s."group", s.x_owner, s.x_seller, s.sub_account_id, s.sub_account_name, s.service_name,
    s.region_id, s.x_usage_type, s.pricing_unit, s.charge_category, s.x_class, s.x_place, s.commitment_discount_id, s.x_treatment, s.source,
    s.tag_set, CAST(s.charge_period_start AS DATE), s.billing_currency, s.billed
ORDER BY s."group", account, service, day
