-- What each owner pays, and what its lines cost, from the view "charges". Cost
-- goes by the kind of line: adjusting entries and tax are on no invoice (R25, R27).
SELECT
    "group",
    billing_currency,
    CAST(SUM(CASE WHEN x_place IN ('usage', 'marketplace') THEN billed_cost ELSE 0 END) AS VARCHAR),
    CAST(SUM(CASE WHEN x_class IN ('usage', 'commitment-fee', 'marketplace') THEN x_cost ELSE 0 END) AS VARCHAR)
FROM charges
GROUP BY "group", billing_currency
