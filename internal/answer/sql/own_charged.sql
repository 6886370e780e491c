-- What groups are charged for the usage that commitments cover.
SELECT c."group", c.commitment_discount_id, CAST(SUM(c.billed_cost) AS VARCHAR) AS charged
FROM charges c
JOIN own o ON o."group" = c."group" AND o.commitment = c.commitment_discount_id
WHERE c.x_owner = c."group" AND c.x_pool IS NULL AND c.x_place IN ('usage', 'marketplace') AND c.x_class NOT IN ('commitment-fee', 'managed')
GROUP BY 1, 2
