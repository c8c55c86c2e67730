-- Rows that name an order that is not there, by kind of row, and orders without lines or without their decision.
SELECT lost.order_id, NULL::text AS sku, NULL::text AS location, lost.column_name, lost.found AS book,
    0::bigint AS journal
FROM (
    SELECT r.order_id, 'order_line' AS column_name, count(*) AS found
    FROM order_line AS r WHERE NOT EXISTS (SELECT FROM orders AS o WHERE o.order_id = r.order_id) GROUP BY r.order_id
    UNION ALL
    SELECT r.order_id, 'fulfilment', count(*)
    FROM fulfilment AS r WHERE NOT EXISTS (SELECT FROM orders AS o WHERE o.order_id = r.order_id) GROUP BY r.order_id
    UNION ALL
    SELECT r.order_id, 'decision', count(*)
    FROM decision AS r WHERE NOT EXISTS (SELECT FROM orders AS o WHERE o.order_id = r.order_id) GROUP BY r.order_id
    UNION ALL
    SELECT r.order_id, 'order_contact', count(*)
    FROM order_contact AS r WHERE NOT EXISTS (SELECT FROM orders AS o WHERE o.order_id = r.order_id) GROUP BY r.order_id
    UNION ALL
    SELECT r.order_id, 'movement', count(*)
    FROM movement AS r
    WHERE r.order_id IS NOT NULL AND NOT EXISTS (SELECT FROM orders AS o WHERE o.order_id = r.order_id)
    GROUP BY r.order_id
) AS lost
ORDER BY lost.order_id, lost.column_name
LIMIT %(most)s
