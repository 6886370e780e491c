-- What the charges of some billing groups come to, at the buyer's price. Of the
-- columns of the charges only these are read: none that says what was paid above.
SELECT
    {dimensions}billing_currency, CAST(SUM(billed_cost) AS VARCHAR), CAST(SUM(x_lines) AS BIGINT)
FROM charges
WHERE x_place IN ('usage', 'marketplace')
GROUP BY ALL
