-- Messages that their subjects are about to know of, each with its subject; none that they know of already.
UPDATE shop_message AS m
SET merged = true, subject = t.subject
FROM unnest(%(messages)s::bigint[], %(subjects)s::text[]) AS t (message_id, subject)
WHERE m.message_id = t.message_id AND NOT m.merged
RETURNING m.message_id
