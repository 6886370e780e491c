-- The tags of each number, a row for each. What AWS calls user:Team is Team, as in
-- price rules and claims; where a line has both, Team itself counts.
SELECT set_number AS tag_set, name AS "key", ARG_MIN(value, LENGTH(written)) AS value, 'all' AS tagged
FROM (
    SELECT number AS set_number, e.key AS written, CASE WHEN e.key LIKE 'user:_%' THEN SUBSTR(e.key, 6) ELSE e.key END AS name, e.value AS value
    FROM (SELECT number, UNNEST(MAP_ENTRIES(tags)) AS e FROM line_tag_sets) AS entries
) AS named
WHERE value <> ''
GROUP BY set_number, name
ORDER BY name, value, set_number
