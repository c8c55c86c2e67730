-- A login link, by its digest.
INSERT INTO login_link (digest, user_id, expires_at) VALUES (%(digest)s, %(user_id)s, %(expires_at)s)
