-- Shops that are told of stock, with what opens them and how far they have come. One whose own counts are taken over is
-- told nothing: it would hear its own numbers back.
SELECT
    s.shop_id, s.code, s.kind::text AS kind, s.channel_id, c.owner_id, s.base_url, s.token, s.home, s.locations,
    s.position, s.failures, s.problem, coalesce(s.rests_until, 'epoch') > %(now)s AS rests
FROM shop AS s
JOIN channel AS c USING (channel_id)
WHERE s.token <> '' AND NOT s.takes_counts AND (%(code)s::text IS NULL OR s.code = %(code)s)
ORDER BY s.shop_id
