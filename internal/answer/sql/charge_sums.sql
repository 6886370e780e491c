-- How many of a group's charges match, and what they come to, by currency. An empty
-- argument bounds nothing.
SELECT
    billing_currency,
    COUNT(*),
    CAST(SUM(COALESCE(x_net_cost, 0)) AS VARCHAR),
    CAST(SUM(billed_cost) AS VARCHAR)
FROM charges
WHERE {matching}
GROUP BY billing_currency
ORDER BY billing_currency
