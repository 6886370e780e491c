-- What each billing group that buys from the reseller is charged in a month and
-- costs it, and what it is charged for the days that are compared.
SELECT
    currency, "group",
    CAST(SUM(price) AS VARCHAR),
    CAST(SUM(cost) AS VARCHAR),
    CAST(SUM(CASE WHEN {compared} THEN price ELSE 0 END) AS VARCHAR)
FROM days
GROUP BY currency, "group"
