-- What the provider bills before and after, from the views "charges_before" and
-- "charges_after", where it differs.
WITH sided AS (
    SELECT "group", sub_account_id, service_name, x_service_code, x_class, billing_currency, x_cost AS before, CAST(0 AS DECIMAL(38, 18)) AS after
    FROM charges_before WHERE x_seller IS NULL
    UNION ALL
    SELECT "group", sub_account_id, service_name, x_service_code, x_class, billing_currency, CAST(0 AS DECIMAL(38, 18)) AS before, x_cost AS after
    FROM charges_after WHERE x_seller IS NULL
)
SELECT
    "group",
    COALESCE(sub_account_id, ''),
    COALESCE(MAX(service_name), x_service_code, ''),
    x_class,
    billing_currency,
    CAST(SUM(before) AS VARCHAR),
    CAST(SUM(after) AS VARCHAR)
FROM sided
GROUP BY "group", sub_account_id, x_service_code, x_class, billing_currency
HAVING SUM(before) <> SUM(after)
ORDER BY "group", sub_account_id, 3, x_class, billing_currency
