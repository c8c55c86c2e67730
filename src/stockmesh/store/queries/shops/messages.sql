-- A page of messages within reach, the newest first: of one shop or all, in one state or any.
SELECT
    m.message_id, s.code AS shop, m.topic, m.subject, m.state::text AS state, m.received_at, m.settled_at, m.attempts,
    m.code, m.reason, k.order_id
FROM shop_message AS m
JOIN shop AS s USING (shop_id)
JOIN channel AS c USING (channel_id)
LEFT JOIN shop_subject AS k ON k.shop_id = m.shop_id AND k.subject = m.subject
WHERE (%(shop)s::text IS NULL OR s.code = %(shop)s)
    AND (%(state)s::shop_message_state IS NULL OR m.state = %(state)s::shop_message_state)
    AND (%(before)s::bigint IS NULL OR m.message_id < %(before)s)
    AND (%(reach_owners)s::integer[] IS NULL OR c.owner_id = ANY (%(reach_owners)s::integer[]))
    AND (%(reach_channels)s::integer[] IS NULL OR c.channel_id = ANY (%(reach_channels)s::integer[]))
    AND %(reach_locations)s::integer[] IS NULL
ORDER BY m.message_id DESC
LIMIT %(count)s
