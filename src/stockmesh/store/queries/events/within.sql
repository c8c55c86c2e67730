-- Of some events those within reach: of orders, holds, items, owners, endpoints and shops that are; of the network and of
-- access none, which only those are told who reach everything.
SELECT e.event_id
FROM event AS e
LEFT JOIN orders AS o ON e.kind = ANY (%(order_kinds)s::text[]::event_kind[]) AND o.order_id = e.subject_id
LEFT JOIN shop AS s ON e.kind = ANY (%(shop_kinds)s::text[]::event_kind[]) AND s.shop_id = e.subject_id
LEFT JOIN channel AS c ON c.channel_id = coalesce(o.channel_id, s.channel_id)
LEFT JOIN channel AS k ON e.kind = ANY (%(hold_kinds)s::text[]::event_kind[]) AND k.code = e.body ->> 'channel'
LEFT JOIN item AS i ON e.kind = ANY (%(item_kinds)s::text[]::event_kind[]) AND i.item_id = e.subject_id
LEFT JOIN owner AS w ON e.kind = ANY (%(owner_kinds)s::text[]::event_kind[]) AND w.owner_id = e.subject_id
LEFT JOIN webhook_endpoint AS h ON e.kind = ANY (%(webhook_kinds)s::text[]::event_kind[]) AND h.endpoint_id = e.subject_id
WHERE
    e.event_id = ANY (%(events)s::bigint[])
    AND coalesce(c.channel_id, k.channel_id, i.item_id, w.owner_id, h.endpoint_id) IS NOT NULL
    AND (
        %(reach_owners)s::integer[] IS NULL
        OR coalesce(c.owner_id, k.owner_id, i.owner_id, w.owner_id) = ANY (%(reach_owners)s::integer[])
        OR h.owners <@ %(reach_owners)s::integer[]
    )
    AND (
        %(reach_channels)s::integer[] IS NULL
        OR coalesce(c.channel_id, k.channel_id) = ANY (%(reach_channels)s::integer[])
        OR h.channels <@ %(reach_channels)s::integer[]
        OR w.owner_id IS NOT NULL
        OR (i.item_id IS NOT NULL AND (
            e.body ->> 'channel' IS NULL
            OR e.body ->> 'channel' IN (
                SELECT r.code FROM channel AS r WHERE r.channel_id = ANY (%(reach_channels)s::integer[])
            )
        ))
    )
    AND (
        %(reach_locations)s::integer[] IS NULL
        OR h.locations <@ %(reach_locations)s::integer[]
        OR (i.item_id IS NOT NULL AND e.body ->> 'location' IN (
            SELECT r.code FROM location AS r WHERE r.location_id = ANY (%(reach_locations)s::integer[])
        ))
        OR EXISTS (
            SELECT FROM fulfilment AS f
            WHERE f.order_id = o.order_id AND f.location_id = ANY (%(reach_locations)s::integer[])
        )
    )
ORDER BY e.event_id
