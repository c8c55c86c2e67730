-- What shops are to be asked for now, of each the one that waited longest: orders before catalogues. While very many of
-- its messages wait to be applied, a shop is not asked for more of its catalogue.
SELECT DISTINCT ON (s.shop_id)
    s.shop_id, s.code, s.kind::text AS kind, s.base_url, s.token, p.subject, p.begun_at, p.position, p.attempts
FROM shop_pull AS p
JOIN shop AS s USING (shop_id)
WHERE p.next_attempt_at <= %(now)s AND s.token <> '' AND coalesce(s.rests_until, 'epoch') <= %(now)s
    AND (%(code)s::text IS NULL OR s.code = %(code)s)
    AND (p.subject <> 'catalogue' OR (
        SELECT count(*) FROM (
            SELECT FROM shop_message AS m WHERE m.shop_id = s.shop_id AND m.state = 'waiting' LIMIT %(waiting_max)s
        ) AS w
    ) < %(waiting_max)s)
ORDER BY s.shop_id, p.subject = 'catalogue', p.next_attempt_at
