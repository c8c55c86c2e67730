-- Cancelled orders whose lines are not dropped whole.
SELECT
    l.order_id, i.sku, NULL::text AS location, 'line ' || l.line_no AS column_name, l.quantity AS book,
    l.dropped AS journal
FROM order_line AS l
JOIN orders AS o USING (order_id)
LEFT JOIN item AS i USING (item_id)
WHERE o.state = 'cancelled' AND l.dropped <> l.quantity
ORDER BY l.order_id, l.line_no
LIMIT %(most)s
