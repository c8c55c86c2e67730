-- What happened to some orders.
SELECT e.event_id, e.recorded_at, e.subject_id, e.kind::text AS kind, e.body::text AS body
FROM event AS e
WHERE e.subject_id = ANY (%(orders)s::bigint[]) AND e.kind::text LIKE 'order\_%%'
ORDER BY e.subject_id, e.recorded_at, e.event_id
