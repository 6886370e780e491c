-- What a month comes to on each day, and how much of that is there once in a month
-- and says nothing of the other days: what has charges on one day alone, and is no
-- usage, or lies on the first day while usage has gone on since.
WITH flow AS (
    SELECT currency, account, service, usage_type, metered, day, SUM(price) AS price, SUM(cost) AS cost
    FROM days
    GROUP BY ALL
),
placed AS (
    SELECT
        currency, day, metered, price, cost,
        COUNT(*) OVER (PARTITION BY currency, account, service, usage_type, metered) AS days
    FROM flow
)
SELECT
    currency,
    CAST(day AS VARCHAR),
    days = 1 AND (NOT metered OR day <= CAST('{first}' AS DATE) AND CAST('{through}' AS DATE) > CAST('{first}' AS DATE)) AS once,
    CAST(SUM(price) AS VARCHAR),
    CAST(SUM(cost) AS VARCHAR)
FROM placed
GROUP BY currency, day, once
ORDER BY currency, day, once
