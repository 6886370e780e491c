-- What the lines of fees say of each commitment: a line or some a month, for
-- plans one an hour. Numbers leave as text, exact.
SELECT
    load,
    x_pricing_key,
    commitment_discount_id,
    COALESCE(charge_frequency, '') AS frequency,
    CAST(SUM(billed_cost) AS VARCHAR) AS billed,
    -- Of the month, in instance-hours.
    CAST(SUM(COALESCE(x_reservation_units, pricing_quantity)) AS VARCHAR) AS reserved,
    CAST(MAX(x_reservation_count) AS VARCHAR) AS instances,
    CAST(MAX(x_normalization_factor) AS VARCHAR) AS factor,
    CAST(SUM(COALESCE(x_reservation_upfront_for_period, x_savings_plan_upfront_for_period)) AS VARCHAR) AS upfront,
    CAST(SUM(x_reservation_unused_quantity) AS VARCHAR) AS unused_units,
    CAST(SUM(x_reservation_unused_recurring) AS VARCHAR) AS unused_recurring,
    CAST(SUM(x_reservation_unused_upfront) AS VARCHAR) AS unused_upfront,
    CAST(SUM(x_savings_plan_commitment) AS VARCHAR) AS plan_commitment,
    CAST(SUM(x_savings_plan_used) AS VARCHAR) AS plan_used,
    COUNT(CASE WHEN x_reservation_unused_quantity <> 0 OR x_savings_plan_commitment > x_savings_plan_used THEN 1 END) AS unused_lines,
    -- Lines end on the hour or a second before it.
    CAST(SUM(COALESCE(date_diff('hour', charge_period_start, charge_period_end + INTERVAL 1 MINUTE), 1)) AS BIGINT) AS hours,
    COALESCE(MAX(sub_account_id), '') AS account,
    COALESCE(MAX(availability_zone), '') AS zone,
    COALESCE(MAX(x_savings_plan_family), '') AS plan_family,
    COALESCE(MAX(x_savings_plan_region), '') AS plan_region,
    COALESCE(MAX(x_offering_class), '') AS offering,
    COALESCE(MAX(x_lease_term), '') AS term,
    COALESCE(MAX(x_purchase_option), '') AS payment,
    COALESCE(MAX(x_commitment_start), '') AS starts,
    COALESCE(MAX(x_commitment_end), '') AS ends
FROM line_items
WHERE commitment_discount_id IS NOT NULL
    -- CUR, and Purchase of FOCUS.
    AND x_line_item_type IN ('RIFee', 'Fee', 'SavingsPlanRecurringFee', 'SavingsPlanUpfrontFee', 'Purchase')
GROUP BY load, x_pricing_key, commitment_discount_id, COALESCE(charge_frequency, '')
ORDER BY load, commitment_discount_id, x_pricing_key, frequency
