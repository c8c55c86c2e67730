-- A session begins, by its digest.
WITH signed_in AS (
    UPDATE access_user SET signed_in_at = %(now)s WHERE user_id = %(user_id)s
)
INSERT INTO login_session (digest, user_id, created_at, seen_at, agent)
VALUES (%(digest)s, %(user_id)s, %(now)s, %(now)s, %(agent)s)
RETURNING session_id
