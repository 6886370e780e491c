-- Where the provider's money went, by provider invoice: unblended cost, cost
-- after discounts in columns, what is paid for it, and what it costs alone (R7). What a tier below the
-- reseller sells is another sale of the same lines, and carries no cost.
SELECT
    x_load,
    COALESCE(x_provider_invoice_id, ''),
    billing_currency,
    "group",
    x_place,
    x_seller IS NOT NULL AS resold,
    CAST(SUM(x_lines) AS BIGINT),
    CAST(SUM(x_cost) AS VARCHAR),
    CAST(SUM(x_net_cost) AS VARCHAR),
    CAST(SUM(billed_cost) AS VARCHAR),
    CAST(SUM(x_true_unblended_cost) AS VARCHAR)
FROM charges
GROUP BY x_load, x_provider_invoice_id, billing_currency, "group", x_place, x_seller IS NOT NULL
ORDER BY x_load, 2, billing_currency, "group", x_place, resold
