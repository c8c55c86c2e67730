-- Orders decided again: their round, and whether units still wait.
UPDATE orders AS o
SET round = o.round + 1, state = CASE WHEN EXISTS (
    SELECT 1 FROM order_line AS l WHERE l.order_id = o.order_id AND l.waiting > 0
) THEN 'waiting'::order_state ELSE 'open'::order_state END
WHERE o.order_id = ANY (%(orders)s::bigint[])
