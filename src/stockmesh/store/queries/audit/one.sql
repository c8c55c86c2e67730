-- One event, whoever raised it, with the block that seals it once there is one.
SELECT
    e.event_id, e.recorded_at, e.subject_id, e.kind::text AS kind, e.body::text AS body, e.actor_id,
    r.first_position + e.event_id - r.first_event_id AS position,
    (SELECT min(b.block_no) FROM event_block AS b WHERE b.last_position >= r.first_position) AS block_no
FROM event AS e
LEFT JOIN LATERAL (
    SELECT n.first_position, n.first_event_id, n.events FROM event_run AS n
    WHERE n.first_event_id <= e.event_id ORDER BY n.first_event_id DESC LIMIT 1
) AS r ON e.event_id < r.first_event_id + r.events
WHERE e.event_id = %(event_id)s
