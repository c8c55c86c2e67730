-- A session was used; told every few minutes and not with every request.
UPDATE login_session SET seen_at = %(now)s
WHERE session_id = %(session_id)s AND seen_at < %(now)s::timestamptz - interval '5 minutes'
