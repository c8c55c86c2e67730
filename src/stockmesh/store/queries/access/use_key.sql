-- A key was used; told a few times an hour and not with every request.
UPDATE access_key SET used_at = %(now)s
WHERE key_id = %(key_id)s AND (used_at IS NULL OR used_at < %(now)s::timestamptz - interval '15 minutes')
