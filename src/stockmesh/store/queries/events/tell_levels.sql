-- Remembers what is told of items from now on, and writes the events that tell it.
WITH said AS (
    SELECT
        e.event_id, e.item_id::integer AS item_id, e.location_id::integer AS location_id,
        e.channel_id::integer AS channel_id, e.available, t.level::availability AS level, t.before
    FROM unnest(%(ids)s::bigint[], %(items)s::bigint[], %(locations)s::bigint[], %(channels)s::bigint[],
        %(available)s::bigint[]) WITH ORDINALITY AS e (event_id, item_id, location_id, channel_id, available, place)
    JOIN unnest(%(levels)s::text[], %(befores)s::text[]) WITH ORDINALITY AS t (level, before, place) USING (place)
), kept AS (
    INSERT INTO availability_told (item_id, location_id, channel_id, level)
    SELECT s.item_id, s.location_id, s.channel_id, s.level
    FROM said AS s
    ORDER BY s.item_id, s.location_id, s.channel_id
    ON CONFLICT (item_id, location_id, channel_id) DO UPDATE SET level = excluded.level
)
INSERT INTO event (event_id, recorded_at, subject_id, kind, body)
SELECT
    s.event_id, %(recorded_at)s, s.item_id, 'availability_changed',
    jsonb_build_object('sku', i.sku, 'owner', o.code, 'location', l.code, 'channel', c.code,
        'availability', s.level, 'before', s.before, 'available', s.available)
FROM said AS s
JOIN item AS i ON i.item_id = s.item_id
JOIN owner AS o ON o.owner_id = i.owner_id
LEFT JOIN location AS l ON l.location_id = s.location_id AND s.location_id > 0
LEFT JOIN channel AS c ON c.channel_id = s.channel_id AND s.channel_id > 0
ORDER BY s.event_id
