-- Whether a shop has levels to be told or events to look at, and does not rest.
SELECT EXISTS (
    SELECT FROM shop AS s
    WHERE s.token <> '' AND NOT s.takes_counts AND coalesce(s.rests_until, 'epoch') <= %(now)s AND (
        EXISTS (SELECT FROM event_run AS r WHERE r.first_position + r.events - 1 > s.position)
        OR EXISTS (SELECT FROM shop_level AS l WHERE l.shop_id = s.shop_id AND l.next_attempt_at <= %(now)s)
    )
) AS due
