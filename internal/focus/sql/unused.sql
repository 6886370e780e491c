UNION ALL
-- What of a fee the provider's amortized costs leave on the fee is of what nobody used.
SELECT
    doc, number, class, owner, "group", account, account_name, payer, provider, first_day, end_day, 'Usage', invoice,
    service, code, region, usage_type, operation, sku, instance, resource, commitment, commitment_kind, FALSE, TRUE, 'Months', 1,
    currency, rate, 0, effective, effective, NULL, customer, 0, 0
FROM sorted
WHERE category = 'Purchase' AND effective <> 0
