-- Items whose levels a shop is to be told; what waits after a failure goes on waiting.
INSERT INTO shop_level AS l (shop_id, item_id, marked, next_attempt_at)
SELECT %(shop_id)s, t.item_id, 1, %(now)s
FROM unnest(%(items)s::bigint[]) AS t (item_id)
WHERE EXISTS (SELECT FROM shop AS s WHERE s.shop_id = %(shop_id)s AND s.token <> '' AND NOT s.takes_counts)
ORDER BY t.item_id
ON CONFLICT (shop_id, item_id) DO UPDATE SET
    marked = l.marked + 1, next_attempt_at = coalesce(l.next_attempt_at, excluded.next_attempt_at)
