-- A key opens nothing any more.
UPDATE access_key SET revoked_at = %(now)s WHERE key_id = %(key_id)s AND revoked_at IS NULL
