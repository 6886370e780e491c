-- What the provider bills the reseller, after discounts in columns and without
-- its tax, by who bears it and by payer. Adjusting entries that no price rule
-- bills are the reseller's; what is on documents of them is taken off it later.
SELECT
    billing_currency,
    CASE WHEN x_class = 'entry' AND x_place NOT IN ('usage', 'marketplace') THEN 'reseller' ELSE "group" END AS bearer,
    COALESCE(billing_account_id, '') AS payer,
    CAST(SUM(x_net_cost) - SUM(CASE WHEN x_class = 'tax' THEN x_cost ELSE 0 END) AS VARCHAR)
FROM charges
WHERE x_seller IS NULL
GROUP BY billing_currency, bearer, payer
ORDER BY billing_currency, bearer, payer
