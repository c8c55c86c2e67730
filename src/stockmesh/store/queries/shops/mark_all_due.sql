-- All that a shop sells is to be told anew, whatever it was told before.
INSERT INTO shop_level AS l (shop_id, item_id, marked, next_attempt_at)
SELECT DISTINCT s.shop_id, i.item_id, 1, %(now)s::timestamptz
FROM shop AS s
JOIN channel AS c USING (channel_id)
JOIN shop_variant AS v USING (shop_id)
JOIN item AS i ON i.owner_id = c.owner_id AND i.sku = v.sku AND NOT i.superseded
WHERE s.shop_id = %(shop_id)s
ORDER BY i.item_id
ON CONFLICT (shop_id, item_id) DO UPDATE SET
    marked = l.marked + 1, next_attempt_at = excluded.next_attempt_at, attempts = 0, told = '{}', problem = ''
