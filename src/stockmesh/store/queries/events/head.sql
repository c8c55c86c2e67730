-- The position of the latest event; 0 before the first.
SELECT coalesce(
    (SELECT r.first_position + r.events - 1 FROM event_run AS r ORDER BY r.first_position DESC LIMIT 1), 0
)::bigint AS position
