-- Messages that their subjects know of, each with its subject.
UPDATE shop_message AS m
SET merged = true, subject = t.subject
FROM unnest(%(messages)s::bigint[], %(subjects)s::text[]) AS t (message_id, subject)
WHERE m.message_id = t.message_id
