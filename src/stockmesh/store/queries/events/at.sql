-- The events at some positions.
SELECT p.position, e.event_id, e.recorded_at, e.subject_id, e.kind::text AS kind, e.body::text AS body
FROM unnest(%(positions)s::bigint[]) AS p (position)
CROSS JOIN LATERAL (
    SELECT r.first_position, r.first_event_id FROM event_run AS r
    WHERE r.first_position <= p.position ORDER BY r.first_position DESC LIMIT 1
) AS r
JOIN event AS e ON e.event_id = r.first_event_id + p.position - r.first_position
ORDER BY p.position
