-- One hold, locked: nobody else uses, extends or closes it meanwhile.
SELECT h.hold_id, h.state::text AS state, h.held_at, h.expires_at, h.channel_id, c.code AS channel
FROM cart_hold AS h
JOIN channel AS c USING (channel_id)
WHERE h.hold_id = %(hold_id)s
FOR UPDATE OF h
