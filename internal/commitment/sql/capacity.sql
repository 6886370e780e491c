-- What each share can cover in each slot, for which scope: normalized units of
-- reservations, money of plans. Seconds of a reservation that begins or ends
-- inside a slot count as the provider counts them, to 6 digits of an hour.
CREATE OR REPLACE TEMP TABLE capacity AS
WITH supply AS (
    SELECT
        s.share, s.class, s.pool, s.zone, s.own_turn, s.shared_turn, t.slot,
        COALESCE(s.scope, a.scope) AS scope,
        COALESCE(a.account, 0) AS account,
        CAST(CASE
            WHEN s.plan = 1 THEN LEAST(COALESCE(h.total, 0), COALESCE(s.to_units * t.hours, COALESCE(h.total, 0))) - LEAST(COALESCE(h.total, 0), s.from_units * t.hours)
            ELSE CAST((s.to_units - s.from_units) * s.size AS DECIMAL(20, 8))
                * CAST(CASE
                    WHEN s.starts <= t.starts AND s.ends >= t.ends THEN t.hours
                    ELSE ROUND(quotient(GREATEST(0, date_diff('second', GREATEST(s.starts, t.starts), LEAST(s.ends, t.ends))), 3600), 6)
                END AS DECIMAL(12, 6))
        END AS DECIMAL(38, 18)) AS units
    FROM suppliers s
    JOIN slots t ON t.load = s.load
    LEFT JOIN accounts a ON a.load = s.load AND a.account_id = s.account_id AND a.tag_set = 0 AND t.day BETWEEN a.from_day AND a.to_day
    LEFT JOIN plan_hours h ON h.load = s.load AND h.commitment = s.commitment AND h.slot = t.slot
)
SELECT *, CAST(0 AS DECIMAL(38, 18)) AS used FROM supply WHERE units > 0
