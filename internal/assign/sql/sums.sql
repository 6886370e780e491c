-- What the lake says of each provider invoice: the money, the parts of the
-- amortized identity (unblended = amortized + true-up + upfront + refunds of
-- savings plans' one-time fees), and the money after discounts in columns.
SELECT
    load,
    COALESCE(invoice_id, ''),
    billing_currency,
    COUNT(*),
    CAST(SUM(billed_cost) AS VARCHAR),
    CAST(SUM(COALESCE(effective_cost, billed_cost)) AS VARCHAR),
    CAST(SUM(CASE x_line_item_type
        WHEN 'RIFee' THEN -COALESCE(x_reservation_upfront_for_period, 0)
        WHEN 'SavingsPlanRecurringFee' THEN -COALESCE(x_savings_plan_upfront_for_period, 0)
        ELSE 0 END) AS VARCHAR),
    CAST(SUM(CASE
        WHEN x_line_item_type = 'SavingsPlanUpfrontFee' THEN billed_cost
        WHEN x_line_item_type = 'Fee' AND commitment_discount_id IS NOT NULL THEN billed_cost
        ELSE 0 END) AS VARCHAR),
    CAST(SUM(CASE WHEN x_line_item_type = 'Refund' THEN billed_cost - effective_cost ELSE 0 END) AS VARCHAR),
    CAST(SUM(COALESCE(x_net_cost, billed_cost)) AS VARCHAR)
FROM line_items
WHERE x_fence IS NULL OR x_fence <> 'split-cost'
GROUP BY load, invoice_id, billing_currency
ORDER BY load, 2, billing_currency
