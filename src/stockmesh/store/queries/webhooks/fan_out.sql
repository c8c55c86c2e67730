-- Events become deliveries of an endpoint, which has come to a position with them.
WITH moved AS (
    UPDATE webhook_endpoint SET position = %(upto)s WHERE endpoint_id = %(endpoint_id)s
)
INSERT INTO webhook_delivery (endpoint_id, position, topic, created_at, next_attempt_at)
SELECT %(endpoint_id)s, e.position, e.topic, %(now)s, %(now)s
FROM unnest(%(positions)s::bigint[], %(topics)s::text[]) AS e (position, topic)
ORDER BY e.position
