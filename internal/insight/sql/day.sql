-- The charges of a month, summed by all that is asked about, once: they are in a file
-- or more for each billing group. Of the columns that say what was paid above, only
-- those in {cost} are read.
SELECT
    billing_currency AS currency,
    "group",
    COALESCE(sub_account_id, '') AS account,
    COALESCE(sub_account_name, '') AS account_name,
    COALESCE(service_name, '') AS service,
    COALESCE(x_usage_type, '') AS usage_type,
    COALESCE(pricing_unit, '') AS unit,
    x_class IN ('usage', 'managed') AS metered,
    x_place IN ('usage', 'marketplace') AS billed,
    CAST(charge_period_start AS DATE) AS day,
    SUM(CASE WHEN x_place IN ('usage', 'marketplace') THEN billed_cost ELSE 0 END) AS price,
    SUM({cost}) AS cost,
    -- What is charged for managing is of the same units as what is managed.
    SUM(CASE WHEN x_class = 'managed' THEN 0 ELSE pricing_quantity END) AS quantity
FROM charges
WHERE {bound}
GROUP BY ALL
