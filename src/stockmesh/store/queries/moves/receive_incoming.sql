-- Units received on supply lines.
UPDATE incoming AS n
SET received = n.received + r.units
FROM (
    SELECT incoming_id, sum(units)::bigint AS units
    FROM unnest(%(ids)s::bigint[], %(units)s::bigint[]) AS a (incoming_id, units)
    GROUP BY incoming_id
) AS r
WHERE n.incoming_id = r.incoming_id
