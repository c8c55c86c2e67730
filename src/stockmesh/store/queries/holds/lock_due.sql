-- Open holds whose time is over, the earliest first, locked; those being worked on are left.
SELECT h.hold_id, h.state::text AS state, h.held_at, h.expires_at, h.channel_id, c.code AS channel
FROM cart_hold AS h
JOIN channel AS c USING (channel_id)
WHERE h.state = 'open' AND h.expires_at <= %(now)s
ORDER BY h.expires_at, h.hold_id
LIMIT %(most)s
FOR UPDATE OF h SKIP LOCKED
