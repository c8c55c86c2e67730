-- The number of an order by its own number or by its reference.
SELECT order_id FROM orders
WHERE order_id = %(number)s OR reference = %(reference)s
ORDER BY (order_id = %(number)s) DESC, order_id DESC
LIMIT 1
