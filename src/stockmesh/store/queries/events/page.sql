-- The events after a position, in order: the run that holds the next position, and as many after it as may be needed.
WITH runs AS (
    SELECT r.first_position, r.first_event_id, r.events
    FROM event_run AS r
    WHERE r.first_position >= coalesce((
        SELECT b.first_position FROM event_run AS b
        WHERE b.first_position <= %(after)s + 1 ORDER BY b.first_position DESC LIMIT 1
    ), 0)
    ORDER BY r.first_position
    LIMIT %(most)s + 1
)
SELECT
    r.first_position + e.event_id - r.first_event_id AS position, e.event_id, e.recorded_at, e.subject_id,
    e.kind::text AS kind, e.body::text AS body
FROM runs AS r
CROSS JOIN LATERAL (
    SELECT v.event_id, v.recorded_at, v.subject_id, v.kind, v.body
    FROM event AS v
    WHERE
        v.event_id >= r.first_event_id + greatest(%(after)s + 1 - r.first_position, 0)
        AND v.event_id < r.first_event_id + r.events
    ORDER BY v.event_id
    LIMIT %(most)s
) AS e
ORDER BY position
LIMIT %(most)s
