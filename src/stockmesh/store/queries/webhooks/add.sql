-- A new endpoint; it is told of what comes after the latest event, within the reach of who adds it.
INSERT INTO webhook_endpoint (url, topics, created_at, position, owners, locations, channels)
VALUES (%(url)s, %(topics)s, %(created_at)s, %(position)s, %(owners)s, %(locations)s, %(channels)s)
RETURNING endpoint_id
