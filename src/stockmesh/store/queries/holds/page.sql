-- The numbers of holds within reach, the newest first. An open one whose time is over counts as expired.
SELECT h.hold_id
FROM cart_hold AS h
JOIN channel AS c USING (channel_id)
WHERE
    (
        %(state)s::text IS NULL
        OR CASE WHEN h.state = 'open' AND h.expires_at <= %(now)s THEN 'expired' ELSE h.state::text END = %(state)s
    )
    AND (%(channel)s::text IS NULL OR c.code = %(channel)s)
    AND (%(customer)s::text IS NULL OR h.customer = %(customer)s)
    AND (%(after)s::bigint IS NULL OR h.hold_id < %(after)s)
    AND (%(reach_owners)s::integer[] IS NULL OR c.owner_id = ANY (%(reach_owners)s::integer[]))
    AND (%(reach_channels)s::integer[] IS NULL OR c.channel_id = ANY (%(reach_channels)s::integer[]))
    AND %(reach_locations)s::integer[] IS NULL
ORDER BY h.hold_id DESC
LIMIT %(count)s
