-- A secret that is valid until it is replaced.
INSERT INTO webhook_secret (endpoint_id, secret) VALUES (%(endpoint_id)s, %(secret)s)
