-- Items a shop is to be told of now, and what the shop calls each: one row per variant, none for one it sells no more.
WITH due AS (
    SELECT l.item_id, l.marked, l.attempts, l.told, l.next_attempt_at
    FROM shop_level AS l
    WHERE l.shop_id = %(shop_id)s AND l.next_attempt_at <= %(now)s
    ORDER BY l.next_attempt_at, l.item_id
    LIMIT %(most)s
)
SELECT d.item_id, d.marked, d.attempts, d.told, i.sku, v.variant, v.stock_number
FROM due AS d
JOIN item AS i USING (item_id)
LEFT JOIN shop_variant AS v ON v.shop_id = %(shop_id)s AND v.sku = i.sku AND v.managed AND v.shipped
ORDER BY d.next_attempt_at, d.item_id, v.variant
