-- What groups are charged for the fees of commitments. Charges do not name them:
-- of the fees that are charged together each commitment's part is as its cost is.
WITH fees AS (
    SELECT
        load, x_pricing_key, x_tag_set, "group", sub_account_id, COALESCE(resource_id, '') AS resource, x_provider_commitment AS commitment,
        CAST(SUM(unblended) AS DECIMAL(38, 18)) AS part
    FROM parts
    WHERE x_treatment IN ('fee', 'fee-moved') AND commitment_discount_id IS NULL AND "group" IN (SELECT "group" FROM own)
    GROUP BY 1, 2, 3, 4, 5, 6, 7
),
wholes AS (
    SELECT load, x_pricing_key, x_tag_set, "group", sub_account_id, resource, CAST(SUM(part) AS DECIMAL(38, 18)) AS whole
    FROM fees
    GROUP BY 1, 2, 3, 4, 5, 6
),
charged AS (
    SELECT
        x_load, x_pricing_key, x_tag_set, "group", sub_account_id, COALESCE(resource_id, '') AS resource, SUM(billed_cost) AS charged
    FROM charges
    WHERE x_owner = "group" AND x_pool IS NULL AND x_place IN ('usage', 'marketplace') AND x_class = 'commitment-fee' AND commitment_discount_id IS NULL
        AND "group" IN (SELECT "group" FROM own)
    GROUP BY 1, 2, 3, 4, 5, 6
)
SELECT f."group", f.commitment, CAST(f.part AS VARCHAR) AS part, CAST(w.whole AS VARCHAR) AS whole, CAST(c.charged AS VARCHAR) AS charged
FROM fees f
JOIN wholes w
    ON w.load = f.load AND w.x_pricing_key = f.x_pricing_key AND w.x_tag_set = f.x_tag_set AND w."group" = f."group"
    AND w.sub_account_id = f.sub_account_id AND w.resource = f.resource
JOIN charged c
    ON c.x_load = f.load AND c.x_pricing_key = f.x_pricing_key AND c.x_tag_set = f.x_tag_set AND c."group" = f."group"
    AND c.sub_account_id = f.sub_account_id AND c.resource = f.resource
JOIN own o ON o."group" = f."group" AND o.commitment = f.commitment
ORDER BY 1, 2, 3, 4, 5
