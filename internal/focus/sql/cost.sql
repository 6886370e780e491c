-- The charges of a month at what the reseller pays the provider, whoever used them,
-- with the price that they are sold at beside it. Sales of tiers below the reseller
-- are not the reseller's.
SELECT
    CAST(0 AS INTEGER) AS doc,
    c.x_charge AS number,
    c.x_class AS class,
    c.x_owner AS owner,
    c."group",
    c.sub_account_id AS account,
    c.sub_account_name AS account_name,
    c.billing_account_id AS payer,
    c.x_provider AS provider,
    CAST(c.charge_period_start AS DATE) AS first_day,
    CAST(c.charge_period_end AS DATE) AS end_day,
    COALESCE(c.charge_category, 'Usage') AS provider_category,
    NULLIF(c.x_provider_invoice_id, '') AS invoice,
    COALESCE(c.service_name, c.x_service_code, 'Other') AS service,
    c.x_service_code AS code,
    c.region_id AS region,
    c.x_usage_type AS usage_type,
    c.x_operation AS operation,
    c.sku_id AS sku,
    c.x_instance_type AS instance,
    NULLIF(c.resource_id, '') AS resource,
    CASE WHEN c.x_treatment IN ('kept', 'applied') THEN c.commitment_discount_id END AS commitment,
    c.x_commitment_kind AS commitment_kind,
    NULLIF(c.pricing_unit, '') AS unit,
    c.pricing_quantity AS quantity,
    c.billing_currency AS currency,
    CAST(1 AS DECIMAL(38, 18)) AS rate,
    CAST(c.x_cost AS DECIMAL(38, 24)) AS price,
    CAST(COALESCE(c.x_amortized_cost, c.x_cost) AS DECIMAL(38, 24)) AS effective,
    CAST(COALESCE(c.list_cost, c.x_cost) AS DECIMAL(38, 24)) AS list,
    CAST(0 AS DECIMAL(38, 18)) AS weight,
    {tags} AS tags,
    o.customer,
    c.billed_cost AS sold,
    CAST(c.x_net_cost AS DECIMAL(38, 24)) AS net
FROM focus_charges c
LEFT JOIN focus_owners o ON o."group" = c."group"
{tagged}
WHERE c.x_seller IS NULL
    AND (c.x_cost <> 0 OR c.pricing_quantity <> 0 OR c.billed_cost <> 0 OR COALESCE(c.x_amortized_cost, 0) <> 0)
