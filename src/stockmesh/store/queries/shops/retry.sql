-- Messages set aside wait again: one, or all of a shop. Answers the shop of each.
UPDATE shop_message AS m
SET state = 'waiting', attempts = 0, code = '', reason = '', settled_at = NULL
FROM shop AS s
WHERE s.shop_id = m.shop_id AND m.state = 'failed'
    AND (%(shop)s::text IS NULL OR s.code = %(shop)s)
    AND (%(message_id)s::bigint IS NULL OR m.message_id = %(message_id)s)
RETURNING s.shop_id, s.code
