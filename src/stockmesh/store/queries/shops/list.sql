-- Shops within reach, all or the one of a code, with when each was last heard, how many messages wait and were set aside,
-- how many levels are due, how many orders are looked up, and how far its catalogue was pulled.
SELECT
    s.shop_id, s.code, s.kind::text AS kind, c.code AS channel, o.code AS owner, s.base_url, s.home, s.locations,
    s.weight_unit, s.side_unit, s.takes_counts, s.token <> '' AND NOT s.takes_counts AS pushes, s.token <> '' AS answers, s.rests_until, s.problem,
    (
        SELECT m.received_at FROM shop_message AS m WHERE m.shop_id = s.shop_id ORDER BY m.message_id DESC LIMIT 1
    ) AS heard_at,
    (SELECT count(*) FROM shop_message AS m WHERE m.shop_id = s.shop_id AND m.state = 'waiting') AS waiting,
    (SELECT count(*) FROM shop_message AS m WHERE m.shop_id = s.shop_id AND m.state = 'failed') AS failed,
    (SELECT count(*) FROM shop_level AS l WHERE l.shop_id = s.shop_id AND l.next_attempt_at IS NOT NULL) AS due,
    (SELECT count(*) FROM shop_pull AS l WHERE l.shop_id = s.shop_id AND l.subject <> 'catalogue') AS looked_up,
    p.begun_at AS pull_begun_at, p.read AS pull_read, p.expected AS pull_expected, p.problem AS pull_problem,
    p.attempts AS pull_failures, p.ended_at AS pull_ended_at
FROM shop AS s
JOIN channel AS c USING (channel_id)
JOIN owner AS o USING (owner_id)
LEFT JOIN shop_pull AS p ON p.shop_id = s.shop_id AND p.subject = 'catalogue'
WHERE (%(code)s::text IS NULL OR s.code = %(code)s)
    AND (%(reach_owners)s::integer[] IS NULL OR c.owner_id = ANY (%(reach_owners)s::integer[]))
    AND (%(reach_channels)s::integer[] IS NULL OR c.channel_id = ANY (%(reach_channels)s::integer[]))
    AND %(reach_locations)s::integer[] IS NULL
ORDER BY s.code
