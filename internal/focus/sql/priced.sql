-- The charges of billing groups at the price that they pay, each with the document
-- it stands on. Of the columns of the charges only these are read: none that says what
-- was paid above, but for {weight}, which only divides a price. The provider's own
-- words for a line are left out, and of the ids of commitments all but the end: they
-- tell rates and accounts of others.
SELECT
    r.doc,
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
    CAST(NULL AS VARCHAR) AS invoice,
    COALESCE(c.service_name, c.x_service_code, 'Other') AS service,
    c.x_service_code AS code,
    c.region_id AS region,
    c.x_usage_type AS usage_type,
    c.x_operation AS operation,
    c.sku_id AS sku,
    c.x_instance_type AS instance,
    CASE WHEN c.x_pool IS NULL THEN NULLIF(c.resource_id, '') END AS resource,
    CASE WHEN c.x_pool IS NULL AND c.x_treatment IN ('kept', 'applied') THEN REGEXP_EXTRACT(c.commitment_discount_id, '[^/:]*$') END AS commitment,
    c.x_commitment_kind AS commitment_kind,
    NULLIF(c.pricing_unit, '') AS unit,
    c.pricing_quantity AS quantity,
    c.billing_currency AS currency,
    r.rate,
    c.billed_cost AS price,
    c.billed_cost AS effective,
    c.billed_cost AS list,
    CASE WHEN c.x_treatment IN ('kept', 'applied', 'as-applied', 'as-billed-covered') AND c.x_class = 'usage' THEN {weight} ELSE 0 END AS weight,
    {tags} AS tags,
    CAST(NULL AS VARCHAR) AS customer,
    CAST(NULL AS DECIMAL(38, 24)) AS sold,
    CAST(NULL AS DECIMAL(38, 24)) AS net
FROM focus_charges c
JOIN focus_rates r
    ON r."group" = c."group" AND r.revision = c.rev AND r.account = c.sub_account_id AND r.payer = c.billing_account_id
    AND r.place = c.x_place AND r.currency = c.billing_currency
{tagged}
WHERE c.x_place IN ('usage', 'marketplace') AND (c.billed_cost <> 0 OR c.pricing_quantity <> 0)
