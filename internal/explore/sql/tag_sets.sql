-- The tags that lines of the month have together, numbered in the order of their
-- text. Lines without tags have number 0.
SELECT tags, CAST(ROW_NUMBER() OVER (ORDER BY CAST(tags AS VARCHAR)) AS BIGINT) AS number
FROM (SELECT DISTINCT tags FROM tagged_lines WHERE CARDINALITY(tags) > 0) AS sets
