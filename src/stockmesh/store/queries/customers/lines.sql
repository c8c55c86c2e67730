-- The lines of some orders.
SELECT l.order_id, l.line_no, i.sku, i.title, l.quantity, l.waiting, l.dropped, l.unit_price_minor
FROM order_line AS l
JOIN item AS i ON i.item_id = l.item_id
WHERE l.order_id = ANY (%(orders)s::bigint[])
ORDER BY l.order_id, l.line_no
