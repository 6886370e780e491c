-- One row for each adjusting entry of the view entry_lines: what is to be decided
-- together. What is not given is the empty text, so that equal entries are one.
SELECT
    COALESCE(billing_account_id, ''),
    COALESCE(sub_account_id, ''),
    COALESCE(invoice_id, ''),
    COALESCE(x_line_item_type, ''),
    COALESCE(x_service_code, ''),
    COALESCE(x_usage_type, ''),
    COALESCE(charge_description, ''),
    COALESCE(commitment_discount_id, ''),
    billing_currency,
    COALESCE(MAX(x_provider), ''),
    COALESCE(MAX(sub_account_name), ''),
    COALESCE(MAX(service_name), MAX(x_service_code), ''),
    COALESCE(MAX(charge_category), ''),
    COALESCE(MAX(x_billing_entity), ''),
    COALESCE(MAX(publisher_name), ''),
    CAST(CAST(MIN(charge_period_start) AS DATE) AS VARCHAR),
    CAST(SUM(billed_cost) AS VARCHAR)
FROM entry_lines
WHERE x_class = 'entry' AND (x_fence IS NULL OR x_fence <> 'split-cost')
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
HAVING SUM(billed_cost) <> 0
