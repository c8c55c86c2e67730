-- The lines of one order as the buyer sees them.
SELECT l.line_no, l.item_id, i.sku, i.title, l.quantity, l.waiting, l.dropped, l.unit_price_minor
FROM order_line AS l
JOIN item AS i USING (item_id)
WHERE l.order_id = %(order_id)s
ORDER BY l.line_no
