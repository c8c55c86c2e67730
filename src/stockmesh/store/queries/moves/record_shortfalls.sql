-- Shortfalls that grew, an event for each item and location; the body names both in words.
INSERT INTO event (event_id, recorded_at, subject_id, kind, body, actor_id)
SELECT
    e.event_id, %(recorded_at)s, e.item_id, 'stock_shortfall',
    jsonb_build_object('sku', i.sku, 'owner', o.code, 'location', l.code, 'units', e.units, 'total', e.total,
        'cause', %(cause)s::text, 'reference', %(reference)s::text), %(actor_id)s
FROM unnest(%(ids)s::bigint[], %(items)s::bigint[], %(locations)s::bigint[], %(units)s::bigint[], %(totals)s::bigint[])
    AS e (event_id, item_id, location_id, units, total)
JOIN item AS i ON i.item_id = e.item_id
JOIN owner AS o ON o.owner_id = i.owner_id
JOIN location AS l ON l.location_id = e.location_id
ORDER BY e.event_id
