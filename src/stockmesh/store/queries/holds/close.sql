-- Open holds, closed: released, expired, or used by an order.
UPDATE cart_hold
SET state = %(state)s::hold_state, closed_at = %(closed_at)s, order_id = %(order_id)s
WHERE hold_id = ANY (%(holds)s::bigint[]) AND state = 'open'
