,
-- What a pool owns is divided among those who bear it (R4): each gets the part
-- of every amount between two bounds. On the pool's basis the largest charge
-- takes what the bounds' digits leave, so that each bears its share exactly.
divided AS (
    SELECT
        owned.*, b.bearer, b.remainder, b.wanted, b.basis AS measured_on,
        {cut:quantity} AS quantity_part,
        {cut:unblended} AS unblended_part,
        {cut:net} AS net_part,
        {cut:amortized} AS amortized_part,
        {cut:blended} AS blended_part,
        {cut:list} AS list_part,
        {cut:true_unblended} AS true_unblended_part,
        {cut:effective} AS effective_part,
        {basis:b.basis} AS measure
    FROM owned
    JOIN bearers b ON b.pool = owned.billed_to AND b.currency = owned.currency
),
measured AS (
    SELECT
        divided.*,
        CASE measured_on
            WHEN 'net' THEN net_part WHEN 'amortized' THEN amortized_part WHEN 'blended' THEN blended_part
            WHEN 'list' THEN CASE WHEN unlisted THEN 0 ELSE list_part END WHEN 'true-unblended' THEN true_unblended_part ELSE unblended_part
        END AS measure_part,
        ROW_NUMBER() OVER (PARTITION BY billed_to, currency, bearer, billable ORDER BY ABS(measure) DESC, {identity}) = 1 AND billable AS largest
    FROM divided
),
settled AS (
    SELECT
        measured.*,
        CASE WHEN largest THEN wanted - SUM(measure_part) OVER (PARTITION BY billed_to, currency, bearer, billable) ELSE 0 END AS rest
    FROM measured
),
borne AS (
    SELECT {columns}, CAST(NULL AS VARCHAR) AS pool FROM owned
    WHERE billed_to NOT IN (SELECT pool FROM bearers)
    UNION ALL
    SELECT
        load, x_pricing_key, x_tag_set, sub_account_id, invoice_id, resource_id, commitment, kind, treatment, x_use, day, sub_account_name,
        CASE WHEN remainder = 1 THEN lines ELSE 0 END,
        quantity_part,
        {settle:unblended},
        {settle:net},
        {settle:amortized},
        {settle:blended},
        {settle:list},
        {settle:true_unblended},
        effective_part,
        billing_day, bearer, class, currency, unit, unlisted, billable, key_place, billed_to
    FROM settled
)
