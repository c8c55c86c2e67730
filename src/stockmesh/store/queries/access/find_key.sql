-- A key that opens something now.
SELECT key_id, digest, name, scopes, owners, locations, channels, used_at
FROM access_key
WHERE key_id = %(key_id)s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > %(now)s)
