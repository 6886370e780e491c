-- What is charged for each account, service and usage type on the days that are
-- compared, and how much of it was used.
SELECT
    currency, account, MAX(account_name), service, usage_type, unit,
    CAST(SUM(price) AS VARCHAR),
    CAST(SUM(quantity) AS VARCHAR)
FROM days
WHERE billed AND {compared}
GROUP BY currency, account, service, usage_type, unit
