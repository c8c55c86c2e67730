-- Deliveries due now, a few of each active endpoint that does not rest, so that none stands in the way of others.
SELECT d.delivery_id, d.endpoint_id, d.position, d.topic, d.attempts, d.created_at, e.url, e.owners, e.locations,
    e.channels
FROM webhook_endpoint AS e
CROSS JOIN LATERAL (
    SELECT w.delivery_id, w.endpoint_id, w.position, w.topic, w.attempts, w.created_at, w.next_attempt_at
    FROM webhook_delivery AS w
    WHERE w.endpoint_id = e.endpoint_id AND w.state = 'due' AND w.next_attempt_at <= %(now)s
        AND w.delivery_id <> ALL (%(under_way)s::bigint[])
    ORDER BY w.next_attempt_at, w.delivery_id
    LIMIT %(of_each)s
) AS d
WHERE e.active AND coalesce(e.rests_until <= %(now)s, true) AND e.endpoint_id <> ALL (%(full)s::bigint[])
ORDER BY d.next_attempt_at, d.delivery_id
LIMIT %(most)s
