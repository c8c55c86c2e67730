-- A user may not come in, or may again.
UPDATE access_user SET disabled_at = %(disabled_at)s WHERE user_id = %(user_id)s
