-- Where the provider's money went, by provider invoice: unblended cost, cost
-- after discounts in columns, and what customers pay.
SELECT
    x_load,
    COALESCE(x_provider_invoice_id, ''),
    billing_currency,
    "group",
    x_place,
    CAST(SUM(x_lines) AS BIGINT),
    CAST(SUM(x_cost) AS VARCHAR),
    CAST(SUM(x_net_cost) AS VARCHAR),
    CAST(SUM(billed_cost) AS VARCHAR)
FROM charges
GROUP BY x_load, x_provider_invoice_id, billing_currency, "group", x_place
ORDER BY x_load, 2, billing_currency, "group", x_place
