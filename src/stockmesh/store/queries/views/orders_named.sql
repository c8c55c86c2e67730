-- Ids of the orders with this number or this whole reference, the order with the number first.
SELECT o.order_id
FROM orders AS o
WHERE
    (o.order_id = %(number)s OR o.reference = %(reference)s)
    AND (
        %(reach_owners)s::integer[] IS NULL
        OR o.channel_id IN (SELECT r.channel_id FROM channel AS r WHERE r.owner_id = ANY (%(reach_owners)s::integer[]))
    )
    AND (%(reach_channels)s::integer[] IS NULL OR o.channel_id = ANY (%(reach_channels)s::integer[]))
    AND (
        %(reach_locations)s::integer[] IS NULL OR EXISTS (
            SELECT FROM fulfilment AS r
            WHERE r.order_id = o.order_id AND r.location_id = ANY (%(reach_locations)s::integer[])
        )
    )
ORDER BY o.order_id = %(number)s DESC, o.order_id DESC
LIMIT %(count)s
