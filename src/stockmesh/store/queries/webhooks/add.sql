-- A new endpoint; it is told of what comes after the latest event.
INSERT INTO webhook_endpoint (url, topics, created_at, position)
VALUES (%(url)s, %(topics)s, %(created_at)s, %(position)s)
RETURNING endpoint_id
