-- Nobody is known to receive this order any more.
DELETE FROM order_contact WHERE order_id = %(order_id)s
