-- Rows of a data set: charges and, after them, what else is on documents, with the
-- columns of FOCUS 1.2 and those beside it that begin with x_. Days are midnight UTC.
-- Costs in BillingCurrency are converted row by row at the document's rate; what
-- their last digits leave is in the document's row of rounding.
WITH charges AS (
    SELECT
        s.*,
        {billed} AS billed,
        {effective_billed} AS effective_billed,
        {list_billed} AS list_billed,
        {contracted_billed} AS contracted_billed
    FROM (
        SELECT
            t.*,
            CASE
                WHEN category = 'Usage' AND sold IS NULL THEN effective
                WHEN category = 'Usage' AND (list = 0 OR SIGN(list) = SIGN(quantity)) THEN list
                ELSE price
            END AS listed,
            CASE WHEN category = 'Usage' AND price = 0 AND effective >= 0 AND quantity > 0 THEN effective ELSE price END AS contracted
        FROM focus_staged t
    ) AS s
)
SELECT
    CAST(NULL AS VARCHAR) AS "AvailabilityZone",
    s.billed AS "BilledCost",
    COALESCE(d."group", s.payer) AS "BillingAccountId",
    COALESCE(d.name, p.name, s.payer) AS "BillingAccountName",
    CASE WHEN d."group" IS NULL THEN 'Payer account' ELSE 'Billing group' END AS "BillingAccountType",
    COALESCE(d.currency, s.currency) AS "BillingCurrency",
    s.category AS "ChargeCategory",
    d.charge_class AS "ChargeClass",
    s.service || CASE WHEN s.unused THEN ': commitment that was not used' WHEN s.usage_type IS NULL THEN '' ELSE ': ' || s.usage_type END AS "ChargeDescription",
    CASE WHEN s.category = 'Purchase' OR s.unused OR s.class = 'managed' THEN 'Recurring' WHEN s.category = 'Usage' THEN 'Usage-Based' ELSE 'One-Time' END AS "ChargeFrequency",
    s.end_day AS "ChargePeriodEnd",
    s.first_day AS "ChargePeriodStart",
    CASE WHEN s.commitment IS NULL THEN NULL WHEN s.commitment_kind LIKE 'sp-%' THEN 'Spend' ELSE 'Usage' END AS "CommitmentDiscountCategory",
    s.commitment AS "CommitmentDiscountId",
    CASE WHEN s.commitment IS NULL OR s.category NOT IN ('Usage', 'Purchase') THEN NULL WHEN s.commitment_kind LIKE 'sp-%' THEN CAST(s.effective AS DECIMAL(38, 18)) ELSE s.quantity END AS "CommitmentDiscountQuantity",
    CASE WHEN s.commitment IS NULL OR s.category <> 'Usage' THEN NULL WHEN s.unused THEN 'Unused' ELSE 'Used' END AS "CommitmentDiscountStatus",
    CASE WHEN s.commitment IS NULL THEN NULL WHEN s.commitment_kind LIKE 'sp-%' THEN 'Savings Plan' WHEN s.commitment_kind LIKE 'ri-%' THEN 'Reserved Instance' ELSE 'Commitment' END AS "CommitmentDiscountType",
    CASE WHEN s.commitment IS NULL OR s.category NOT IN ('Usage', 'Purchase') THEN NULL WHEN s.commitment_kind LIKE 'sp-%' THEN s.currency ELSE COALESCE(u.name, s.unit) END AS "CommitmentDiscountUnit",
    CASE WHEN s.category = 'Usage' AND NOT s.unused THEN s.quantity END AS "ConsumedQuantity",
    CASE WHEN s.category = 'Usage' AND NOT s.unused THEN COALESCE(u.name, s.unit) END AS "ConsumedUnit",
    s.contracted_billed AS "ContractedCost",
    {contracted_unit} AS "ContractedUnitPrice",
    s.effective_billed AS "EffectiveCost",
    COALESCE(d.invoice, s.invoice) AS "InvoiceId",
    COALESCE(d.issuer, v.name, s.provider, s.payer) AS "InvoiceIssuerName",
    s.list_billed AS "ListCost",
    {list_unit} AS "ListUnitPrice",
    CASE WHEN s.category NOT IN ('Usage', 'Purchase') THEN NULL WHEN s.covered OR s.unused THEN 'Committed' ELSE 'Standard' END AS "PricingCategory",
    s.currency AS "PricingCurrency",
    {pricing_contracted_unit} AS "PricingCurrencyContractedUnitPrice",
    s.effective AS "PricingCurrencyEffectiveCost",
    {pricing_list_unit} AS "PricingCurrencyListUnitPrice",
    s.quantity AS "PricingQuantity",
    CASE WHEN s.quantity IS NOT NULL THEN COALESCE(u.name, s.unit) END AS "PricingUnit",
    COALESCE(d.issuer, v.name, s.provider, s.payer) AS "ProviderName",
    COALESCE(v.name, s.provider, s.payer) AS "PublisherName",
    s.region AS "RegionId",
    CASE WHEN s.region IS NOT NULL THEN COALESCE(g.name, s.region) END AS "RegionName",
    s.resource AS "ResourceId",
    CASE WHEN s.resource IS NULL THEN NULL ELSE COALESCE(
        NULLIF(REGEXP_EXTRACT(s.resource, '^arn:[^:]*:[^:]*:[^:]*:[^:]*:([a-z][a-z-]*)[/:]', 1), ''),
        NULLIF(REGEXP_EXTRACT(s.resource, '/providers/([^/]+/[^/]+)/', 1), ''),
        CASE WHEN s.resource LIKE 'i-%' THEN 'instance' WHEN s.resource LIKE 'vol-%' THEN 'volume' ELSE 'resource' END) END AS "ResourceType",
    COALESCE(c.category, 'Other') AS "ServiceCategory",
    s.service AS "ServiceName",
    COALESCE(c.subcategory, 'Other (Other)') AS "ServiceSubcategory",
    CASE WHEN s.category IN ('Usage', 'Purchase') THEN {sku} END AS "SkuId",
    CASE WHEN s.category IN ('Usage', 'Purchase') THEN COALESCE(s.usage_type, s.service) END AS "SkuMeter",
    CASE WHEN s.category IN ('Usage', 'Purchase') AND s.instance IS NOT NULL THEN MAP {'InstanceType': s.instance} END AS "SkuPriceDetails",
    CASE WHEN s.category IN ('Usage', 'Purchase') THEN {sku} END AS "SkuPriceId",
    s.account AS "SubAccountId",
    CASE WHEN s.account IS NOT NULL THEN COALESCE(a.name, s.account_name, s.account) END AS "SubAccountName",
    CASE WHEN s.account IS NOT NULL THEN 'Account' END AS "SubAccountType",
    s.tags AS "Tags",
    d.document AS "x_Document",
    s.code AS "x_ServiceCode",
    s.usage_type AS "x_UsageType",
    s.operation AS "x_Operation",
    s.provider AS "x_Provider",
    s.class AS "x_Class",
    s."group" AS "x_BillingGroup",
    s.customer AS "x_Customer",
    s.sold AS "x_SoldCost",
    s.net AS "x_NetCost",
    CAST(s.sold - s.net AS DECIMAL(38, 24)) AS "x_Margin",
    s.doc AS x_at,
    CAST(0 AS INTEGER) AS x_line,
    s.number AS x_number,
    COALESCE(s.class, '') || ' ' || COALESCE(s.owner, '') || ' ' || s."group" || CASE WHEN s.unused THEN ' unused' ELSE '' END AS x_order
FROM charges s
JOIN focus_documents d ON d.doc = s.doc
LEFT JOIN focus_names p ON p.kind = 'payer' AND p.id = s.payer
LEFT JOIN focus_names v ON v.kind = 'provider' AND v.id = s.provider
LEFT JOIN focus_names a ON a.kind = 'account' AND a.id = s.account
LEFT JOIN focus_names g ON g.kind = 'region' AND g.id = s.region
LEFT JOIN focus_names u ON u.kind = 'unit' AND u.id = s.unit
LEFT JOIN focus_services c ON c.service = s.service
UNION ALL
SELECT
    NULL, l.amount, d."group", d.name, 'Billing group', d.currency, l.category, d.charge_class, l.description, l.frequency, l.end_day, l.first_day,
    NULL, NULL, NULL, NULL, NULL, NULL,
    l.quantity, l.unit, l.amount, l.unit_price, l.amount, d.invoice, d.issuer, l.amount, l.unit_price,
    CASE WHEN l.quantity IS NOT NULL THEN 'Standard' END, d.currency, l.unit_price, l.amount, l.unit_price, l.quantity, l.unit, d.issuer, d.issuer,
    NULL, NULL, NULL, NULL, COALESCE(c.category, 'Other'), l.service, COALESCE(c.subcategory, 'Other (Other)'), l.sku, l.sku, NULL, l.sku,
    l.account, CASE WHEN l.account IS NOT NULL THEN COALESCE(a.name, l.account) END, CASE WHEN l.account IS NOT NULL THEN 'Account' END, NULL,
    d.document, NULL, NULL, NULL, NULL, l.part, d."group", NULL, NULL, NULL, NULL,
    l.doc, l.line, 0, ''
FROM focus_lines l
JOIN focus_documents d ON d.doc = l.doc
LEFT JOIN focus_names a ON a.kind = 'account' AND a.id = l.account
LEFT JOIN focus_services c ON c.service = l.service
