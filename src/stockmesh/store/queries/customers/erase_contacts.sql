-- Nobody is known to receive these orders any more.
DELETE FROM order_contact WHERE order_id = ANY (%(orders)s::bigint[])
