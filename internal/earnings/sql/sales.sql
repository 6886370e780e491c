-- What each group is charged for what it uses itself, and for what others use
-- that buy from it, by who sells it; null is the reseller.
SELECT billing_currency, COALESCE(x_seller, ''), "group", x_owner, CAST(SUM(billed_cost) AS VARCHAR)
FROM charges
WHERE x_place IN ('usage', 'marketplace')
GROUP BY billing_currency, x_seller, "group", x_owner
ORDER BY billing_currency, 2, "group", x_owner
