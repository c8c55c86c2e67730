-- A message set aside that nobody wants: only its number is kept, so that it does not come again.
UPDATE shop_message AS m SET state = 'discarded', settled_at = %(now)s, body = NULL
FROM shop AS s
WHERE s.shop_id = m.shop_id AND m.message_id = %(message_id)s AND m.state = 'failed'
    AND (%(shop)s::text IS NULL OR s.code = %(shop)s)
RETURNING s.shop_id, s.code
