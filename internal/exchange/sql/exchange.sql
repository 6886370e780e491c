-- The rates that lines carry themselves: how many units of the billing currency
-- are one of the currency that the price is in. Azure's exports have such
-- columns. Lines of a load are a payer's.
WITH named AS (
    SELECT
        json_extract_string(x_columns, '$.x_BillingExchangeRate') AS rate,
        COALESCE(json_extract_string(x_columns, '$.PricingCurrency'), json_extract_string(x_columns, '$.x_PricingCurrency')) AS priced,
        billing_currency AS billed
    FROM line_items
    WHERE x_columns LIKE '%x_BillingExchangeRate%'
)
SELECT priced, billed, rate, COUNT(*)
FROM named
WHERE rate IS NOT NULL AND priced IS NOT NULL AND priced <> billed
GROUP BY priced, billed, rate
ORDER BY priced, billed, rate
