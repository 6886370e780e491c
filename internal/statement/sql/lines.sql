-- One row for each line of each statement, from the view "charges". A service
-- is told apart by its code and named as the provider names it to people.
SELECT
    "group",
    sub_account_id,
    billing_account_id,
    COALESCE(MAX(sub_account_name), ''),
    x_place,
    COALESCE(x_service_code, ''),
    COALESCE(MAX(service_name), x_service_code, ''),
    billing_currency,
    CAST(SUM(billed_cost) AS VARCHAR),
    CAST(SUM(x_cost) AS VARCHAR)
FROM charges
WHERE x_place IN ('usage', 'marketplace')
GROUP BY "group", sub_account_id, billing_account_id, x_place, x_service_code, billing_currency
ORDER BY "group", sub_account_id, billing_account_id, x_place DESC, 7, x_service_code, billing_currency
