-- A session that is open now, with its user.
SELECT s.session_id, u.user_id, u.name, u.role::text AS role, u.owners, u.locations, u.channels, s.seen_at
FROM login_session AS s
JOIN access_user AS u ON u.user_id = s.user_id
WHERE s.digest = %(digest)s AND s.created_at > %(begun_after)s AND s.seen_at > %(seen_after)s AND u.disabled_at IS NULL
