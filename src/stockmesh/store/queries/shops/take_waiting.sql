-- Messages to apply now, in the order they came. One that was begun before may be what stopped it: it goes alone.
WITH first AS (
    SELECT m.message_id, m.attempts FROM shop_message AS m WHERE m.state = 'waiting' ORDER BY m.message_id LIMIT 1
), chosen AS (
    SELECT m.message_id
    FROM shop_message AS m
    WHERE m.state = 'waiting' AND (
        m.message_id = (SELECT f.message_id FROM first AS f)
        OR (m.attempts = 0 AND (SELECT f.attempts FROM first AS f) = 0)
    )
    ORDER BY m.message_id
    LIMIT %(most)s
)
UPDATE shop_message AS m
SET attempts = m.attempts + 1
FROM chosen AS t
JOIN shop_message AS w USING (message_id)
JOIN shop AS s USING (shop_id)
JOIN channel AS c USING (channel_id)
JOIN owner AS o USING (owner_id)
WHERE m.message_id = t.message_id
RETURNING
    m.message_id, m.shop_id, s.code AS shop, s.kind::text AS kind, m.topic, m.body, m.attempts, m.merged, m.received_at,
    c.code AS channel, c.owner_id, o.code AS owner, o.book_currency, s.weight_unit, s.side_unit, s.takes_counts,
    s.home, s.locations, s.token <> '' AS answers
