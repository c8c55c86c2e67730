-- Orders that lack lines or the decision of their round, which placing writes in the same act.
SELECT o.order_id, NULL::text AS sku, NULL::text AS location, lacks.column_name, 0::bigint AS book, 1::bigint AS journal
FROM orders AS o
CROSS JOIN LATERAL (
    SELECT 'order_line' AS column_name
    WHERE NOT EXISTS (SELECT FROM order_line AS l WHERE l.order_id = o.order_id)
    UNION ALL
    SELECT 'decision'
    WHERE NOT EXISTS (SELECT FROM decision AS d WHERE d.order_id = o.order_id AND d.round = o.round)
) AS lacks
ORDER BY o.order_id
LIMIT %(most)s
