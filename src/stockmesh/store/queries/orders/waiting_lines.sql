-- The waiting units of some orders.
SELECT l.order_id, l.line_no, l.item_id, i.sku, l.waiting, l.unit_price_minor
FROM order_line AS l
JOIN item AS i USING (item_id)
WHERE l.order_id = ANY (%(orders)s::bigint[]) AND l.waiting > 0
ORDER BY l.order_id, l.line_no
