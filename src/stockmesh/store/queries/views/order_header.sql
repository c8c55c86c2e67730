-- One order with the decision in force and the world it was made in.
SELECT
    o.order_id, o.reference, c.code AS channel, o.customer, o.placed_at, o.recorded_at, o.state::text AS state,
    o.wish::text AS wish, o.assumed, o.country, o.area, o.pause_reason, o.round,
    d.cost_minor, d.unserved_minor, d.proven, d.decided_at, d.world_id,
    w.digest, w.body ->> 'engine' AS engine, w.body -> 'policy' ->> 'version' AS policy,
    w.body ->> 'book_currency' AS currency
FROM orders AS o
JOIN channel AS c ON c.channel_id = o.channel_id
JOIN decision AS d ON d.order_id = o.order_id AND d.round = o.round
JOIN world AS w ON w.world_id = d.world_id
WHERE o.order_id = %(order_id)s
