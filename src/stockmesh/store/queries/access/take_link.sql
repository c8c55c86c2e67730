-- The user whom a link lets in; whoever is second finds none.
DELETE FROM login_link AS k
USING access_user AS u
WHERE k.digest = %(digest)s AND k.expires_at > %(now)s AND u.user_id = k.user_id AND u.disabled_at IS NULL
RETURNING u.user_id, u.name
