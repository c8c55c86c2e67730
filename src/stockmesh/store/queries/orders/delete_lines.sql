-- The lines of an order that is about to get new ones.
DELETE FROM order_line WHERE order_id = %(order_id)s
