-- A test message, due at once.
INSERT INTO webhook_delivery (endpoint_id, position, topic, created_at, next_attempt_at)
VALUES (%(endpoint_id)s, 0, 'webhook.test', %(now)s, %(now)s)
RETURNING delivery_id
