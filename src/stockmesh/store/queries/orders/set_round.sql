-- An order decided again: its round, state and destination. Its content stays what was first sent under its reference,
-- so that sending that once more is still a repetition. A destination that somebody told us is no longer assumed.
UPDATE orders
SET round = %(round)s, state = %(state)s::order_state, country = %(country)s, area = %(area)s,
    assumed = assumed AND NOT %(destination_told)s
WHERE order_id = %(order_id)s
