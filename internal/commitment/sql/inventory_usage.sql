-- What usage says of the commitments that the provider applied to it, and
-- FOCUS of what was not used: the only pass over many lines, so it groups at
-- once. Numbers leave as text, exact.
SELECT
    load,
    x_pricing_key,
    commitment_discount_id,
    COALESCE(commitment_discount_status, '') = 'Unused' AS unused,
    COUNT(*) AS covered_lines,
    CAST(SUM(COALESCE(commitment_discount_quantity, pricing_quantity)) AS VARCHAR) AS quantity,
    CAST(SUM(x_normalized_quantity) AS VARCHAR) AS normalized,
    CAST(SUM(CASE x_line_item_type
        WHEN 'SavingsPlanCoveredUsage' THEN x_savings_plan_effective_cost
        WHEN 'DiscountedUsage'
            THEN COALESCE(x_reservation_recurring_for_usage, effective_cost - COALESCE(x_reservation_upfront_for_usage, 0))
        ELSE effective_cost
    END) AS VARCHAR) AS recurring,
    CAST(SUM(x_reservation_upfront_for_usage) AS VARCHAR) AS upfront,
    -- R7: public on-demand cost, else rate × quantity, both at nine digits, else the negotiated cost.
    CAST(SUM(CASE x_line_item_type
        WHEN 'SavingsPlanCoveredUsage' THEN billed_cost
        WHEN 'DiscountedUsage'
            THEN COALESCE(NULLIF(list_cost, 0), CAST(list_unit_price AS DECIMAL(19, 9)) * CAST(pricing_quantity AS DECIMAL(19, 9)))
        ELSE COALESCE(NULLIF(list_cost, 0), NULLIF(CAST(list_unit_price AS DECIMAL(19, 9)) * CAST(pricing_quantity AS DECIMAL(19, 9)), 0),
            NULLIF(contracted_cost, 0), billed_cost)
    END) AS VARCHAR) AS on_demand,
    COALESCE(MAX(x_offering_class), '') AS offering,
    COALESCE(MAX(x_lease_term), '') AS term,
    COALESCE(MAX(x_purchase_option), '') AS payment,
    COALESCE(MAX(x_commitment_start), '') AS starts,
    COALESCE(MAX(x_commitment_end), '') AS ends
FROM line_items
WHERE commitment_discount_id IS NOT NULL
    -- CUR, and Usage of FOCUS.
    AND x_line_item_type IN ('DiscountedUsage', 'SavingsPlanCoveredUsage', 'Usage')
    AND (x_fence IS NULL OR x_fence <> 'split-cost')
GROUP BY load, x_pricing_key, commitment_discount_id, COALESCE(commitment_discount_status, '') = 'Unused'
ORDER BY load, commitment_discount_id, x_pricing_key, unused
