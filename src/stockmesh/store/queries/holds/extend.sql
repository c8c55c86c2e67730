-- An open hold with another end.
UPDATE cart_hold SET expires_at = %(expires_at)s WHERE hold_id = %(hold_id)s AND state = 'open'
