-- An order's next state, if it still is in the state it was read in.
UPDATE orders SET state = %(state)s::order_state, pause_reason = %(pause_reason)s
WHERE order_id = %(order_id)s AND state = %(before)s::order_state
