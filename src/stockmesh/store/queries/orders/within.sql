-- Whether an order lies within reach; in the whole of it when it is to be told something: then all its planned
-- fulfilments do.
SELECT o.order_id
FROM orders AS o
WHERE
    o.order_id = %(order_id)s
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
    AND (
        %(reach_locations)s::integer[] IS NULL OR NOT %(wholly)s OR NOT EXISTS (
            SELECT FROM fulfilment AS f
            WHERE
                f.order_id = o.order_id AND f.state = 'planned'
                AND f.location_id <> ALL (%(reach_locations)s::integer[])
        )
    )
