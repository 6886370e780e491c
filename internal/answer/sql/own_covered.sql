-- What the usage that commitments cover of their groups costs on demand by the
-- provider's public prices; unpublished counts lines that have no such price.
SELECT
    p."group",
    p.commitment_discount_id,
    CAST(SUM(p.list) AS VARCHAR) AS on_demand,
    COUNT(CASE WHEN COALESCE(l.list_cost, 0) = 0 AND p.list <> 0 THEN 1 END) AS unpublished
FROM parts p
JOIN own o ON o."group" = p."group" AND o.commitment = p.commitment_discount_id
JOIN pricing_keys k ON k.load = p.load AND k.x_pricing_key = p.x_pricing_key
JOIN line_items l ON l.load = p.load AND l.x_file = p.x_file AND l.x_row = p.x_row
WHERE k.x_fence IS NULL AND p.x_treatment NOT IN ('fee', 'fee-moved')
GROUP BY 1, 2
