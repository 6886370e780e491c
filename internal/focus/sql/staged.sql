-- Charges as FOCUS sees them. Purchase is what commits to use: fees of reservations
-- and plans. Its effective cost is 0, and what it covers bears it (FOCUS 1.2,
-- EffectiveCost). All other fees are the month's own and stand as Usage. What has no
-- quantity that its price could be of, or less than none, adjusts other charges.
WITH base AS (
    {base}
),
sorted AS (
    SELECT
        base.*,
        CASE
            WHEN class = 'tax' OR provider_category = 'Tax' THEN 'Tax'
            WHEN provider_category IN ('Credit', 'Adjustment') THEN provider_category
            WHEN price < 0 AND COALESCE(quantity, 0) >= 0 OR price > 0 AND quantity < 0 THEN 'Adjustment'
            WHEN class = 'commitment-fee' OR provider_category = 'Purchase' AND commitment_kind IS NOT NULL AND class <> 'managed' THEN 'Purchase'
            ELSE 'Usage'
        END AS category
    FROM base
),
fees AS (
    SELECT doc, "group", payer, provider, currency, rate, commitment_kind AS kind, SUM(price) AS fee
    FROM sorted
    WHERE category = 'Purchase' AND {spread}
    GROUP BY doc, "group", payer, provider, currency, rate, commitment_kind
),
bearing AS (
    SELECT sorted.*, CASE WHEN category = 'Usage' AND weight > 0 AND {spread} THEN commitment_kind END AS bears
    FROM sorted
),
weights AS (
    SELECT doc, "group", payer, currency, rate, bears AS kind, SUM(weight) AS weight
    FROM bearing
    WHERE bears IS NOT NULL
    GROUP BY doc, "group", payer, currency, rate, bears
),
borne AS (
    SELECT f.doc, f."group", f.payer, f.currency, f.rate, f.kind, f.fee, w.weight AS all_weight
    FROM fees f
    JOIN weights w ON w.doc = f.doc AND w."group" = f."group" AND w.payer = f.payer AND w.currency = f.currency AND w.rate = f.rate AND w.kind = f.kind
),
parts AS (
    SELECT
        s.*,
        b.fee,
        b.kind AS borne,
        CASE WHEN b.fee IS NULL THEN 0
            ELSE CAST(CAST(b.fee AS DECIMAL(22, 10)) * CAST(quotient(s.weight, b.all_weight) AS DECIMAL(16, 15)) AS DECIMAL(38, 24)) END AS part,
        ROW_NUMBER() OVER (PARTITION BY s.doc, s."group", s.payer, s.currency, s.rate, s.bears ORDER BY s.weight DESC, s.number, s.class, s.owner) AS turn
    FROM bearing s
    LEFT JOIN borne b ON b.doc = s.doc AND b."group" = s."group" AND b.payer = s.payer AND b.currency = s.currency AND b.rate = s.rate AND b.kind = s.bears
),
sums AS (
    SELECT doc, "group", payer, currency, rate, borne AS kind, SUM(part) AS part
    FROM parts
    WHERE borne IS NOT NULL
    GROUP BY doc, "group", payer, currency, rate, borne
)
SELECT
    p.doc, p.number, p.class, p.owner, p."group", p.account, p.account_name, p.payer, p.provider, p.first_day, p.end_day, p.category, p.invoice,
    p.service, p.code, p.region, p.usage_type, p.operation, p.sku, p.instance, p.resource, p.commitment, p.commitment_kind, p.weight > 0 AS covered,
    CAST(FALSE AS BOOLEAN) AS unused,
    CASE WHEN p.category IN ('Usage', 'Purchase') THEN CASE WHEN p.quantity IS NULL OR p.quantity = 0 THEN 'Count' ELSE COALESCE(p.unit, 'Count') END END AS unit,
    CASE WHEN p.category IN ('Usage', 'Purchase') THEN CASE WHEN p.quantity IS NULL OR p.quantity = 0 THEN CAST(1 AS DECIMAL(38, 18)) ELSE p.quantity END END AS quantity,
    p.currency, p.rate, p.price,
    CASE
        WHEN p.category = 'Purchase' THEN CAST(0 AS DECIMAL(38, 24))
        WHEN p.fee IS NULL THEN p.effective
        WHEN p.turn = 1 THEN CAST(p.effective + p.part + p.fee - s.part AS DECIMAL(38, 24))
        ELSE CAST(p.effective + p.part AS DECIMAL(38, 24))
    END AS effective,
    p.list, p.tags, p.customer, p.sold, p.net
FROM parts p
LEFT JOIN sums s ON s.doc = p.doc AND s."group" = p."group" AND s.payer = p.payer AND s.currency = p.currency AND s.rate = p.rate AND s.kind = p.borne
UNION ALL
-- Fees of what nobody used.
SELECT
    f.doc, 0, 'commitment-fee', '', f."group", NULL, NULL, f.payer, f.provider, {first}, {end}, 'Usage', NULL,
    'Commitments', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, f.kind, FALSE, TRUE, 'Months', 1, f.currency, f.rate, 0, f.fee, f.fee,
    NULL, NULL, NULL, NULL
FROM fees f
LEFT JOIN weights w ON w.doc = f.doc AND w."group" = f."group" AND w.payer = f.payer AND w.currency = f.currency AND w.rate = f.rate AND w.kind = f.kind
WHERE w.kind IS NULL AND f.fee <> 0
{unused}
