-- What those pay who pay by a book, by the rule that decided and service. What is
-- charged for managing stands beside: its base is the price of what is managed.
SELECT
    p.buyer, p.nearer, COALESCE(c.x_book, '') AS book, COALESCE(c.x_rule, '') AS rule,
    COALESCE(c.x_service_code, '') AS code, MAX(COALESCE(c.service_name, '')) AS service, c.billing_currency,
    CAST(SUM(CASE WHEN c.x_class = 'managed' THEN 0 ELSE 1 END) AS BIGINT) AS charges,
    CAST(SUM(c.x_lines) AS BIGINT) AS lines,
    CAST(SUM(CASE WHEN c.x_class = 'managed' THEN CAST(0 AS DECIMAL(38, 24)) ELSE c.x_base_cost END) AS VARCHAR) AS base,
    CAST(SUM(CASE WHEN c.x_class = 'managed' THEN CAST(0 AS DECIMAL(38, 24)) ELSE c.billed_cost END) AS VARCHAR) AS price,
    CAST(SUM(CASE WHEN c.x_class = 'managed' THEN c.billed_cost ELSE CAST(0 AS DECIMAL(38, 24)) END) AS VARCHAR) AS managed
FROM charges c
JOIN payers p
    ON p.buyer = c."group" AND p.owner = c.x_owner AND p.seller = COALESCE(c.x_seller, '') AND p.account = c.sub_account_id
    AND CAST(c.charge_period_start AS DATE) BETWEEN p.from_day AND p.to_day
WHERE c.x_place IN ('usage', 'marketplace', 'excluded')
GROUP BY 1, 2, 3, 4, 5, 7
ORDER BY 1, 2, 3, 4, 5, 7
