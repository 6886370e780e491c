-- What charges come to before and after, from the views "charges_before" and
-- "charges_after": a row for each group, payer, service and pair of rules. The
-- charges of an account, pricing key, day, invoice and resource are one thing,
-- whatever became of its parts. It has one rule before and one after, unless its
-- lines have tags that matter on one side only: then it may have several.
WITH sided AS (
    SELECT 0 AS side, "group", x_seller, x_load, x_pricing_key, {tag_set} AS tag_set, billing_account_id, sub_account_id, charge_period_start,
        x_provider_invoice_id, resource_id, billing_currency, billed_cost, service_name, x_service_code, x_class, x_book, x_rule, x_base
    FROM charges_before WHERE x_place IN ('usage', 'marketplace', 'excluded')
    UNION ALL
    SELECT 1 AS side, "group", x_seller, x_load, x_pricing_key, {tag_set} AS tag_set, billing_account_id, sub_account_id, charge_period_start,
        x_provider_invoice_id, resource_id, billing_currency, billed_cost, service_name, x_service_code, x_class, x_book, x_rule, x_base
    FROM charges_after WHERE x_place IN ('usage', 'marketplace', 'excluded')
),
named AS (
    SELECT
        side, "group", x_seller, x_load, x_pricing_key, tag_set, billing_account_id, sub_account_id, charge_period_start,
        x_provider_invoice_id, resource_id, billing_currency, billed_cost, service_name,
        COALESCE(x_service_code, '') AS code,
        CASE WHEN x_class = 'marketplace' THEN 'marketplace' ELSE 'usage' END AS kind,
        COALESCE(x_book, '') || chr(31) || COALESCE(x_rule, '') || chr(31) || COALESCE(x_base, '') AS rule
    FROM sided
),
things AS (
    SELECT
        "group", billing_account_id, billing_currency, kind, code,
        MAX(service_name) AS service_name,
        MIN(CASE WHEN side = 0 THEN rule END) AS first_before,
        MAX(CASE WHEN side = 0 THEN rule END) AS last_before,
        MIN(CASE WHEN side = 1 THEN rule END) AS first_after,
        MAX(CASE WHEN side = 1 THEN rule END) AS last_after,
        SUM(CASE WHEN side = 0 THEN billed_cost ELSE 0 END) AS price_before,
        SUM(CASE WHEN side = 1 THEN billed_cost ELSE 0 END) AS price_after,
        SUM(CASE WHEN side = 0 AND x_seller IS NULL THEN billed_cost ELSE 0 END) AS own_before,
        SUM(CASE WHEN side = 1 AND x_seller IS NULL THEN billed_cost ELSE 0 END) AS own_after,
        SUM(1 - side) AS charges_before,
        SUM(side) AS charges_after
    FROM named
    GROUP BY "group", x_load, x_pricing_key, tag_set, billing_account_id, sub_account_id, charge_period_start, x_provider_invoice_id, resource_id,
        billing_currency, kind, code
),
ruled AS (
    SELECT
        things.*,
        CASE WHEN first_before = last_before THEN first_before WHEN first_before IS NOT NULL THEN '*' END AS rule_before,
        CASE WHEN first_after = last_after THEN first_after WHEN first_after IS NOT NULL THEN '*' END AS rule_after
    FROM things
)
SELECT
    "group",
    billing_account_id,
    billing_currency,
    kind,
    code,
    COALESCE(MAX(service_name), code),
    rule_before,
    rule_after,
    CAST(SUM(price_before) AS VARCHAR),
    CAST(SUM(price_after) AS VARCHAR),
    CAST(SUM(own_before) AS VARCHAR),
    CAST(SUM(own_after) AS VARCHAR),
    CAST(SUM(charges_before) AS BIGINT),
    CAST(SUM(charges_after) AS BIGINT)
FROM ruled
GROUP BY "group", billing_account_id, billing_currency, kind, code, rule_before, rule_after
ORDER BY "group", billing_account_id, billing_currency, kind, code, rule_before, rule_after
