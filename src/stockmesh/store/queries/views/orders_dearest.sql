-- Ids of the orders of one page, the dearest plans first, with what the next page begins after. No index sorts all
-- history by cost, for placing would pay for it: the newest 50,000 orders that pass the filter are compared.
WITH newest AS MATERIALIZED (
    SELECT o.order_id, o.round
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
    ORDER BY o.placed_at DESC, o.order_id DESC
    LIMIT 50000
)
SELECT n.order_id, d.cost_minor - d.unserved_minor AS position
FROM newest AS n
JOIN decision AS d ON d.order_id = n.order_id AND d.round = n.round
WHERE
    %(after_id)s::bigint IS NULL
    OR (d.cost_minor - d.unserved_minor, n.order_id) < (%(after_position)s::bigint, %(after_id)s)
ORDER BY d.cost_minor - d.unserved_minor DESC, n.order_id DESC
LIMIT %(count)s
