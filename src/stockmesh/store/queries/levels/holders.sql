-- Who holds units of an item at a location, the oldest first: orders by the sum of their open movements, and cart holds.
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
), everybody AS (
    SELECT
        h.order_id, NULL::bigint AS hold_id, o.reference, c.channel_id, c.code AS channel, o.state::text AS state, h.units,
        h.since,
        NULL::timestamptz AS expires_at
    FROM held AS h
    LEFT JOIN orders AS o ON o.order_id = h.order_id
    LEFT JOIN channel AS c ON c.channel_id = o.channel_id
    UNION ALL
    SELECT
        NULL, k.hold_id, NULL, c.channel_id, c.code, CASE WHEN k.expires_at <= %(now)s THEN 'expired' ELSE 'open' END,
        sum(u.quantity)::bigint, k.held_at, k.expires_at
    FROM hold_unit AS u
    JOIN cart_hold AS k USING (hold_id)
    JOIN channel AS c USING (channel_id)
    WHERE u.item_id = %(item_id)s AND u.location_id = %(location_id)s
    GROUP BY k.hold_id, c.channel_id, c.code
)
SELECT
    e.order_id, e.hold_id, e.reference, e.channel, e.state, e.units, e.since, e.expires_at,
    count(*) FILTER (WHERE e.hold_id IS NULL) OVER () AS orders,
    count(*) FILTER (WHERE e.hold_id IS NOT NULL) OVER () AS holds, (sum(e.units) OVER ())::bigint AS units_in_all
FROM everybody AS e
WHERE %(reach_channels)s::integer[] IS NULL OR e.channel_id = ANY (%(reach_channels)s::integer[])
ORDER BY e.since, e.order_id, e.hold_id
LIMIT %(count)s OFFSET %(skipped)s
