-- What was billed of each commitment's cover when it was taken back, and what
-- was let off when it was applied again: the two halves of its gain.
SELECT
    loads.home,
    k.billing_currency,
    COALESCE(l.x_provider_commitment, '') AS provider,
    COALESCE(l.commitment_discount_id, '') AS alone,
    COALESCE(l."group" = l.x_provider_commitment_group, FALSE) AS inside,
    CAST(SUM(l.on_demand - l.unblended) AS VARCHAR) AS taken_back,
    CAST(SUM(l.on_demand - l.true_unblended) AS VARCHAR) AS applied
FROM parts l
JOIN pricing_keys k ON k.load = l.load AND k.x_pricing_key = l.x_pricing_key
JOIN loads ON loads.load = l.load
-- Everything else is billed as the provider billed it.
WHERE l.x_treatment IN ('kept', 'applied', 'unshared', 'on-demand', 'tiered-alone', 'taken-back')
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 2, 3, 4, 5
