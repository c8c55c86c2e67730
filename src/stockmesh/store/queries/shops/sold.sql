-- All that a shop sells, with what it was last told of it.
SELECT i.item_id, coalesce(l.marked, 0) AS marked, coalesce(l.attempts, 0) AS attempts, coalesce(l.told, '{}') AS told,
    i.sku, v.variant, v.stock_number
FROM shop_variant AS v
JOIN item AS i ON i.owner_id = %(owner_id)s AND i.sku = v.sku AND NOT i.superseded
LEFT JOIN shop_level AS l ON l.shop_id = v.shop_id AND l.item_id = i.item_id
WHERE v.shop_id = %(shop_id)s AND v.managed AND v.shipped
ORDER BY i.sku, v.variant
