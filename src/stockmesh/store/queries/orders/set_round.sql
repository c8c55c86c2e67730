-- An order decided again: its round, state, content and destination.
UPDATE orders
SET round = %(round)s, state = %(state)s::order_state, content = %(content)s, country = %(country)s, area = %(area)s
WHERE order_id = %(order_id)s
