-- Ids of the orders of one page by time, with what the next page begins after. The sort is a constant to the planner,
-- which drops the other one and walks the index.
SELECT o.order_id, (extract(epoch FROM o.placed_at) * 1000000)::bigint AS position
FROM orders AS o
WHERE
    (%(state)s::order_state IS NULL OR o.state = %(state)s)
    AND (%(country)s::text IS NULL OR o.country = %(country)s)
    AND (%(customer)s::text IS NULL OR o.customer = %(customer)s)
    AND (%(channel)s::text IS NULL OR o.channel_id = (SELECT c.channel_id FROM channel AS c WHERE c.code = %(channel)s))
    AND (
        %(owner)s::text IS NULL
        OR o.channel_id IN (SELECT c.channel_id FROM channel AS c JOIN owner AS w USING (owner_id) WHERE w.code = %(owner)s)
    )
    AND (%(reference)s::text IS NULL OR strpos(lower(o.reference), lower(%(reference)s)) > 0)
    AND (
        -- A part of a reference is looked for in the newest 200,000 orders: no index finds it in all history.
        %(reference)s::text IS NULL
        OR o.placed_at >= coalesce(
            (SELECT r.placed_at FROM orders AS r ORDER BY r.placed_at DESC, r.order_id DESC OFFSET 200000 LIMIT 1),
            '-infinity'
        )
    )
    AND (%(placed_from)s::timestamptz IS NULL OR o.placed_at >= %(placed_from)s)
    AND (%(placed_to)s::timestamptz IS NULL OR o.placed_at < %(placed_to)s)
    AND (
        %(location)s::text IS NULL OR EXISTS (
            SELECT FROM fulfilment AS f
            WHERE
                f.order_id = o.order_id AND f.state = 'planned'
                AND f.location_id = (SELECT l.location_id FROM location AS l WHERE l.code = %(location)s)
        )
    )
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
        %(after_id)s::bigint IS NULL
        OR (
            %(sort)s::text = 'newest'
            AND (o.placed_at, o.order_id)
            < (to_timestamp(0) + %(after_position)s::bigint * interval '1 microsecond', %(after_id)s)
        )
        OR (
            %(sort)s = 'oldest'
            AND (o.placed_at, o.order_id)
            > (to_timestamp(0) + %(after_position)s::bigint * interval '1 microsecond', %(after_id)s)
        )
    )
ORDER BY
    CASE WHEN %(sort)s = 'newest' THEN o.placed_at END DESC,
    CASE WHEN %(sort)s = 'oldest' THEN o.placed_at END,
    CASE WHEN %(sort)s = 'oldest' THEN o.order_id END,
    o.order_id DESC
LIMIT %(count)s
