-- What the lines of nobody come to, by account, currency and service: the provider's
-- own cost, exact. A line of another time than the month belongs to the owner on the
-- day of the month nearest to it.
WITH daily AS (
    SELECT
        load, sub_account_id, x_tag_set, billing_currency, x_pricing_key, CAST(charge_period_start AS DATE) AS day,
        MAX(sub_account_name) AS name, COUNT(*) AS lines, SUM(billed_cost) AS cost
    FROM tagged_lines
    WHERE x_fence IS NULL OR x_fence <> 'split-cost'
    GROUP BY ALL
),
dated AS (
    SELECT daily.*, LEAST(GREATEST(daily.day, month.first_day), month.last_day) AS billing_day
    FROM daily CROSS JOIN month
)
SELECT
    d.load,
    d.sub_account_id,
    d.billing_currency,
    COALESCE(k.service_name, k.x_service_code, ''),
    COALESCE(MAX(d.name), ''),
    CAST(MIN(d.billing_day) AS VARCHAR),
    CAST(MAX(d.billing_day) AS VARCHAR),
    CAST(SUM(d.lines) AS BIGINT),
    CAST(SUM(d.cost) AS VARCHAR)
FROM dated d
JOIN pricing_keys k ON k.load = d.load AND k.x_pricing_key = d.x_pricing_key
LEFT JOIN owners o
    ON o.load = d.load AND o.account = d.sub_account_id AND o.tag_set = d.x_tag_set AND d.billing_day BETWEEN o.from_day AND o.to_day
WHERE o.owner IS NULL
GROUP BY d.load, d.sub_account_id, d.billing_currency, COALESCE(k.service_name, k.x_service_code, '')
ORDER BY 1, 2, 3, 4
