-- One turn: what is left of the commitments that have their turn, laid along
-- what is left of the usage they can cover. Both are running sums within
-- scope, slot and pool, in units of the commitment; where two intervals
-- overlap, that commitment covers that part of that line.
CREATE OR REPLACE TEMP TABLE turn AS
WITH supply AS (
    SELECT
        share, class, pool, zone, scope, {holder} AS holder, slot, units - used AS units,
        SUM(units - used) OVER (PARTITION BY class, pool, zone, scope, {holder}, slot ORDER BY share ROWS UNBOUNDED PRECEDING) AS upto
    FROM capacity
    WHERE {turn_column} = {turn} AND used < units
),
wanted AS (
    SELECT
        u.ref, u.line, u.hours, u.done, u.scope, {holder} AS holder, u.slot,
        p.class, p.pool, CASE WHEN p.zonal = 1 THEN u.zone ELSE '' END AS zone, p.rank, p.per_hour,
        CAST((u.hours - u.done) * p.per_hour AS DECIMAL(38, 18)) AS units
    FROM usage u
    JOIN pools p ON p.key = u.key
    WHERE u.done < u.hours AND p.class IN (SELECT DISTINCT class FROM supply)
),
demand AS (
    SELECT
        *,
        SUM(units) OVER (PARTITION BY class, pool, zone, scope, holder, slot ORDER BY rank, line ROWS UNBOUNDED PRECEDING) AS upto
    FROM wanted w
    WHERE units > 0 AND EXISTS (
        SELECT 1 FROM supply s
        WHERE s.class = w.class AND s.pool = w.pool AND s.zone = w.zone AND s.scope = w.scope AND s.holder = w.holder AND s.slot = w.slot)
),
overlap AS (
    SELECT
        d.ref, s.share, d.slot, d.hours, d.done, d.per_hour, d.units AS whole,
        GREATEST(d.upto - d.units, s.upto - s.units) - (d.upto - d.units) AS starts,
        LEAST(d.upto, s.upto) - (d.upto - d.units) AS ends
    FROM demand d
    JOIN supply s
        ON s.class = d.class AND s.pool = d.pool AND s.zone = d.zone AND s.scope = d.scope AND s.holder = d.holder AND s.slot = d.slot
        AND d.upto - d.units < s.upto AND s.upto - s.units < d.upto
)
SELECT
    CAST({turn} AS INTEGER) AS turn, ref, share, slot,
    CAST(ends - starts AS DECIMAL(38, 18)) AS units,
    CAST(CASE WHEN starts = 0 THEN done ELSE done + quotient(starts, per_hour) END AS DECIMAL(38, 18)) AS from_hours,
    CAST(CASE WHEN ends = whole THEN hours ELSE done + quotient(ends, per_hour) END AS DECIMAL(38, 18)) AS to_hours
FROM overlap
