-- Messages that were set aside and name who is erased are discarded.
UPDATE shop_message SET state = 'discarded', settled_at = %(now)s, body = NULL, code = '', reason = 'erased'
WHERE message_id = ANY (%(messages)s::bigint[])
