-- A session of a user ends; all of them when none is named.
DELETE FROM login_session
WHERE user_id = %(user_id)s AND (%(session_id)s::bigint IS NULL OR session_id = %(session_id)s)
