-- What each account of a payer used in one currency, as the provider bills it.
SELECT COALESCE(sub_account_id, ''), CAST(SUM(billed_cost) AS VARCHAR)
FROM entry_lines
WHERE x_class = 'usage' AND (x_fence IS NULL OR x_fence <> 'split-cost') AND billing_account_id = $1 AND billing_currency = $2
GROUP BY 1
HAVING SUM(billed_cost) > 0
