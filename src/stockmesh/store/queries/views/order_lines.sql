-- The lines of an order as the buyer sees them.
SELECT
    l.line_no, i.sku, i.title, i.is_kit, l.quantity, l.waiting, l.dropped, l.unit_price_minor, i.weight_mg, i.assumed
FROM order_line AS l
JOIN item AS i ON i.item_id = l.item_id
WHERE l.order_id = %(order_id)s
ORDER BY l.line_no
