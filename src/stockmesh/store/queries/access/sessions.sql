-- The open sessions of a user, the latest seen first.
SELECT session_id, created_at, seen_at, agent
FROM login_session
WHERE user_id = %(user_id)s AND created_at > %(begun_after)s AND seen_at > %(seen_after)s
ORDER BY seen_at DESC, session_id DESC
