-- Some orders, locked in key order: nobody changes them meanwhile.
SELECT o.order_id, o.customer FROM orders AS o WHERE o.order_id = ANY (%(orders)s::bigint[]) ORDER BY o.order_id FOR UPDATE
