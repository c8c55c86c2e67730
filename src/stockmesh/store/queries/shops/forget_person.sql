-- Messages about an order that still hold who receives it are discarded.
UPDATE shop_message AS m
SET state = 'discarded', settled_at = %(now)s, body = NULL, code = '', reason = 'erased'
FROM shop_subject AS k
WHERE k.order_id = %(order_id)s AND m.shop_id = k.shop_id AND m.subject = k.subject AND m.state IN ('waiting', 'failed')
