-- The SKUs behind numbers that shops keep stock under.
SELECT v.shop_id, v.stock_number, v.sku
FROM unnest(%(shops)s::bigint[], %(numbers)s::text[]) AS t (shop_id, stock_number)
JOIN shop_variant AS v ON v.shop_id = t.shop_id AND v.stock_number = t.stock_number
ORDER BY v.shop_id, v.stock_number, v.variant
