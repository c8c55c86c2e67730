-- Items whose levels shops are to be told, marked with a position; what waits after a failure goes on waiting.
INSERT INTO shop_level (shop_id, item_id, marked, next_attempt_at)
SELECT t.shop_id, t.item_id, max(%(position)s::bigint), %(now)s
FROM unnest(%(shops)s::bigint[], %(items)s::bigint[]) AS t (shop_id, item_id)
GROUP BY t.shop_id, t.item_id
ORDER BY t.shop_id, t.item_id
ON CONFLICT (shop_id, item_id) DO UPDATE SET
    marked = greatest(shop_level.marked, excluded.marked) + 1,
    next_attempt_at = coalesce(shop_level.next_attempt_at, excluded.next_attempt_at)
