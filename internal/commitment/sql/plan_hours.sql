-- What each savings plan commits in each slot, as its fee lines say.
CREATE OR REPLACE TEMP TABLE plan_hours AS
SELECT
    loads.home AS load,
    l.commitment_discount_id AS commitment,
    {slot} AS slot,
    SUM(COALESCE(l.x_savings_plan_commitment, 0)) AS total
FROM line_items l
JOIN loads ON loads.load = l.load
CROSS JOIN month
WHERE l.x_line_item_type = 'SavingsPlanRecurringFee' AND l.commitment_discount_id IS NOT NULL
GROUP BY 1, 2, 3
