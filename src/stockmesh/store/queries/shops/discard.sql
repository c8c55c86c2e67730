-- A message set aside that nobody wants: only its number is kept, so that it does not come again.
UPDATE shop_message SET state = 'discarded', settled_at = %(now)s, body = NULL
WHERE message_id = %(message_id)s AND state = 'failed'
