-- Some orders with who receives them.
SELECT
    o.order_id, o.reference, c.code AS channel, o.placed_at, o.recorded_at, o.state::text AS state, o.wish::text AS wish,
    o.country, o.area, o.customer, o.pause_reason, n.order_id IS NOT NULL AS has_contact,
    n.name, n.street, n.city, n.postcode, n.email, n.phone
FROM orders AS o
JOIN channel AS c ON c.channel_id = o.channel_id
LEFT JOIN order_contact AS n ON n.order_id = o.order_id
WHERE o.order_id = ANY (%(orders)s::bigint[])
ORDER BY o.order_id
