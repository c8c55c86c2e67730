-- What became of messages. Those applied are forgotten but for their numbers.
UPDATE shop_message AS m
SET
    state = t.state, code = t.code, reason = t.reason, settled_at = %(now)s,
    body = CASE WHEN t.state = 'failed' THEN m.body END
FROM jsonb_to_recordset(%(outcomes)s::jsonb) AS t (message_id bigint, state shop_message_state, code text, reason text)
WHERE m.message_id = t.message_id AND m.state = 'waiting'
