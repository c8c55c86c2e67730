-- A shop as it is connected, locked against others' changes.
SELECT
    s.shop_id, s.code, s.kind::text AS kind, c.code AS channel, s.base_url, s.secret, s.token, s.home, s.locations,
    s.weight_unit, s.side_unit, s.takes_counts
FROM shop AS s
JOIN channel AS c USING (channel_id)
WHERE s.code = %(code)s
FOR UPDATE OF s
