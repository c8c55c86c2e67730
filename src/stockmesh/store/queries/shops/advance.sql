-- What events up to a position touched is marked as due.
UPDATE shop SET position = %(position)s WHERE shop_id = %(shop_id)s AND position < %(position)s
