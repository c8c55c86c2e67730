-- What happened to an order, in the order of time.
SELECT event_id, recorded_at, kind::text AS kind, body::text AS body
FROM event
WHERE subject_id = %(order_id)s AND kind::text LIKE 'order\_%%'
ORDER BY event_id
