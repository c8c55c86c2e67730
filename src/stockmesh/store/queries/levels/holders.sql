-- Who holds committed units of an item at a location, the oldest first: the sum of each order's open movements.
-- An order's units are held since the first commitment after it last gave some back.
WITH moved AS (
    SELECT
        m.order_id, m.occurred_at, m.to_state = 'committed' AS taken,
        CASE WHEN m.to_state = 'committed' THEN m.quantity ELSE -m.quantity END AS units,
        max(m.occurred_at) FILTER (WHERE m.from_state = 'committed') OVER (PARTITION BY m.order_id) AS given_back_at
    FROM movement AS m
    WHERE
        m.item_id = %(item_id)s
        AND (
            (m.to_state = 'committed' AND m.to_location = %(location_id)s)
            OR (m.from_state = 'committed' AND m.from_location = %(location_id)s)
        )
), held AS (
    SELECT
        order_id, sum(units)::bigint AS units,
        min(occurred_at) FILTER (WHERE taken AND (given_back_at IS NULL OR occurred_at >= given_back_at)) AS since
    FROM moved
    GROUP BY order_id
    HAVING sum(units) <> 0
)
SELECT
    h.order_id, o.reference, c.code AS channel, o.state::text AS state, h.units, h.since,
    count(*) OVER () AS orders, (sum(h.units) OVER ())::bigint AS units_in_all
FROM held AS h
LEFT JOIN orders AS o ON o.order_id = h.order_id
LEFT JOIN channel AS c ON c.channel_id = o.channel_id
WHERE %(reach_channels)s::integer[] IS NULL OR o.channel_id = ANY (%(reach_channels)s::integer[])
ORDER BY h.since, h.order_id
LIMIT %(count)s OFFSET %(skipped)s
