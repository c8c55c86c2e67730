-- Orders whose state does not say whether units of them wait.
SELECT
    o.order_id, NULL::text AS sku, NULL::text AS location, o.state::text AS column_name,
    sum(l.waiting)::bigint AS book, 0::bigint AS journal
FROM orders AS o
JOIN order_line AS l USING (order_id)
WHERE o.state <> 'paused'
GROUP BY o.order_id, o.state
HAVING (sum(l.waiting) > 0) <> (o.state = 'waiting')
ORDER BY o.order_id
LIMIT %(most)s
