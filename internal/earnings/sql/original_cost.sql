-- What the provider bills the reseller, by its invoice and account: usage in one
-- sum, other lines by what they say, tax apart. A commitment's fee that is moved
-- to whom units were given stands on the charges of that account; the provider
-- bills it to the one on its line.
WITH moved AS (
    SELECT
        p.load, p.invoice_id, l.billing_currency, buyers."group", l.sub_account_id, l.x_class, l.x_line_item_type,
        l.charge_description, l.service_name, p.net
    FROM parts p
    JOIN line_items l ON l.load = p.load AND l.x_file = p.x_file AND l.x_row = p.x_row
    JOIN (
        SELECT x_owner, MIN("group") AS "group" FROM charges
        WHERE x_seller IS NULL AND x_treatment = 'fee-moved' GROUP BY x_owner
    ) buyers ON buyers.x_owner = p."group"
    WHERE p.x_treatment = 'fee-moved'
),
billed AS (
    SELECT
        x_load AS load, x_provider_invoice_id AS invoice_id, billing_currency, "group", sub_account_id, x_class, x_line_item_type,
        charge_description, service_name, x_net_cost AS net
    FROM charges
    WHERE x_seller IS NULL AND x_class <> 'managed' AND COALESCE(x_treatment, '') <> 'fee-moved'
    UNION ALL
    SELECT * FROM moved
)
SELECT
    load,
    COALESCE(invoice_id, '') AS invoice,
    billing_currency,
    "group",
    COALESCE(sub_account_id, '') AS account,
    CASE
        WHEN x_class = 'tax' THEN 'Tax'
        WHEN x_class IN ('usage', 'marketplace') THEN 'Usage'
        ELSE COALESCE(x_line_item_type, x_class)
    END AS type,
    CASE WHEN x_class IN ('usage', 'marketplace', 'tax') THEN '' ELSE COALESCE(charge_description, service_name, '') END AS description,
    CAST(SUM(net) AS VARCHAR)
FROM billed
GROUP BY load, invoice, billing_currency, "group", account, type, description
