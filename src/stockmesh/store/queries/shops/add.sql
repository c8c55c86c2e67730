-- A connection to a shop; none when the code is taken. What happened before it was added is not told to it.
INSERT INTO shop (
    code, kind, channel_id, base_url, secret, token, home, locations, weight_unit, side_unit, takes_counts, created_at,
    position
)
SELECT
    %(code)s, %(kind)s, c.channel_id, %(base_url)s, %(secret)s, %(token)s, %(home)s, %(locations)s::jsonb,
    %(weight_unit)s, %(side_unit)s, %(takes_counts)s, %(created_at)s,
    coalesce((SELECT r.first_position + r.events - 1 FROM event_run AS r ORDER BY r.first_position DESC LIMIT 1), 0)
FROM channel AS c
WHERE c.code = %(channel)s
ON CONFLICT (code) DO NOTHING
RETURNING shop_id
