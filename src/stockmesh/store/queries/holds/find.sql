-- Holds within reach by number with whose they are, for people to read.
SELECT
    h.hold_id, h.state::text AS state, h.held_at, h.expires_at, h.closed_at, h.order_id, h.cost_minor,
    c.code AS channel, o.code AS owner, o.book_currency AS currency, h.country, h.area, h.customer
FROM cart_hold AS h
JOIN channel AS c USING (channel_id)
JOIN owner AS o USING (owner_id)
WHERE
    h.hold_id = ANY (%(holds)s::bigint[])
    AND (%(reach_owners)s::integer[] IS NULL OR c.owner_id = ANY (%(reach_owners)s::integer[]))
    AND (%(reach_channels)s::integer[] IS NULL OR c.channel_id = ANY (%(reach_channels)s::integer[]))
    AND %(reach_locations)s::integer[] IS NULL
ORDER BY h.hold_id
