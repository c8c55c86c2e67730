-- One hold within reach, locked: nobody else uses, extends or closes it meanwhile. Units for a hold are taken from any
-- location, so whoever is restricted to some reaches none.
SELECT h.hold_id, h.state::text AS state, h.held_at, h.expires_at, h.channel_id, c.code AS channel
FROM cart_hold AS h
JOIN channel AS c USING (channel_id)
WHERE
    h.hold_id = %(hold_id)s
    AND (%(reach_owners)s::integer[] IS NULL OR c.owner_id = ANY (%(reach_owners)s::integer[]))
    AND (%(reach_channels)s::integer[] IS NULL OR c.channel_id = ANY (%(reach_channels)s::integer[]))
    AND %(reach_locations)s::integer[] IS NULL
FOR UPDATE OF h
