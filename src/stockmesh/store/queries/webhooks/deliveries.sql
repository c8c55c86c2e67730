-- A page of the log, the newest first.
SELECT
    d.delivery_id, d.endpoint_id, d.position, d.topic, d.state::text AS state, d.attempts, d.created_at,
    d.attempted_at, d.next_attempt_at, d.status, d.took_ms, d.problem, d.excerpt
FROM webhook_delivery AS d
WHERE d.endpoint_id = %(endpoint_id)s
    AND (%(state)s::text IS NULL OR d.state = %(state)s::delivery_state)
    AND (%(topic)s::text IS NULL OR d.topic = %(topic)s)
    AND (%(before)s::bigint IS NULL OR d.delivery_id < %(before)s)
ORDER BY d.delivery_id DESC
LIMIT %(count)s
