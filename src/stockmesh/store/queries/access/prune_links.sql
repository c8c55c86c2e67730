-- Links that have expired.
DELETE FROM login_link WHERE expires_at <= %(now)s
