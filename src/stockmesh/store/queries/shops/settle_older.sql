-- Messages set aside of subjects that are in order now: a newer message said what they could not.
UPDATE shop_message AS m
SET state = 'applied', settled_at = %(now)s, body = NULL
FROM unnest(%(shops)s::bigint[], %(subjects)s::text[]) AS t (shop_id, subject)
WHERE m.shop_id = t.shop_id AND m.subject = t.subject AND m.state = 'failed' AND m.merged
