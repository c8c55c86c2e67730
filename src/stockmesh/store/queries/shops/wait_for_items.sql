-- Messages set aside for want of an item that may be there now wait again.
UPDATE shop_message AS m
SET state = 'waiting', attempts = 0, code = '', reason = '', settled_at = NULL
WHERE m.state = 'failed' AND m.code = 'unknown_item' AND m.shop_id = ANY (%(shops)s::bigint[])
