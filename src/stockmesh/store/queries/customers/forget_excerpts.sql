-- What receivers answered when they were told of some orders: they may have repeated what they were told.
UPDATE webhook_delivery AS d SET excerpt = ''
FROM event AS e
CROSS JOIN LATERAL (
    SELECT r.first_position + e.event_id - r.first_event_id AS position
    FROM event_run AS r
    WHERE r.first_event_id <= e.event_id AND e.event_id < r.first_event_id + r.events
    ORDER BY r.first_event_id DESC
    LIMIT 1
) AS p
WHERE
    e.subject_id = ANY (%(orders)s::bigint[]) AND e.kind::text LIKE 'order\_%%'
    AND d.position = p.position AND d.excerpt <> ''
