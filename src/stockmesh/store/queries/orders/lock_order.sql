-- One order, locked: nobody else changes it meanwhile.
SELECT
    o.order_id, o.placed_at, o.recorded_at, o.channel_id, c.code AS channel, o.round, o.state::text AS state,
    o.wish::text AS wish, o.assumed, o.country, o.area, o.reference, o.customer, o.pause_reason
FROM orders AS o
JOIN channel AS c USING (channel_id)
WHERE o.order_id = %(order_id)s
FOR UPDATE OF o
