-- The movements of an item, at one location or all, the newest entries first. A side and an order beyond reach are left
-- out of an entry, and the numbers of cart holds for whoever is restricted to channels.
SELECT
    m.movement_id, m.occurred_at, m.recorded_at, m.quantity, f.code AS from_location, m.from_state::text AS from_state,
    t.code AS to_location, m.to_state::text AS to_state, m.cause::text AS cause,
    CASE WHEN %(reach_channels)s::integer[] IS NULL THEN m.order_id ELSE o.order_id END AS order_id,
    o.reference AS order_reference, m.line_no,
    CASE
        WHEN %(reach_channels)s::integer[] IS NULL OR m.order_id IS NOT NULL OR m.cause NOT IN ('hold', 'void')
        THEN m.reference
    END AS reference
FROM movement AS m
LEFT JOIN location AS f ON f.location_id = m.from_location
    AND (%(reach_locations)s::integer[] IS NULL OR f.location_id = ANY (%(reach_locations)s::integer[]))
LEFT JOIN location AS t ON t.location_id = m.to_location
    AND (%(reach_locations)s::integer[] IS NULL OR t.location_id = ANY (%(reach_locations)s::integer[]))
LEFT JOIN orders AS o ON o.order_id = m.order_id
    AND (%(reach_channels)s::integer[] IS NULL OR o.channel_id = ANY (%(reach_channels)s::integer[]))
WHERE
    m.item_id = %(item_id)s
    AND (%(occurred_from)s::timestamptz IS NULL OR m.occurred_at >= %(occurred_from)s)
    AND (%(occurred_to)s::timestamptz IS NULL OR m.occurred_at < %(occurred_to)s)
    AND (
        %(reach_locations)s::integer[] IS NULL
        OR m.from_location = ANY (%(reach_locations)s::integer[]) OR m.to_location = ANY (%(reach_locations)s::integer[])
    )
    AND (%(location_id)s::integer IS NULL OR m.from_location = %(location_id)s OR m.to_location = %(location_id)s)
    AND (
        %(after_recorded)s::timestamptz IS NULL
        OR (m.recorded_at, m.movement_id) < (%(after_recorded)s, %(after_id)s::bigint)
    )
ORDER BY m.recorded_at DESC, m.movement_id DESC
LIMIT %(count)s
