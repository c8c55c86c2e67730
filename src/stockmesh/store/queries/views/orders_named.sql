-- Ids of the orders with this number or this whole reference, the order with the number first.
SELECT o.order_id
FROM orders AS o
WHERE o.order_id = %(number)s OR o.reference = %(reference)s
ORDER BY o.order_id = %(number)s DESC, o.order_id DESC
LIMIT %(count)s
