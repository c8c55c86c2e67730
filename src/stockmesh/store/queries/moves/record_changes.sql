-- Changes of cells, an event for each item and location; the body names both in words. `told` may add
-- what else was before and after, and is empty where a file changed a million of them.
INSERT INTO event (event_id, recorded_at, subject_id, kind, body, actor_id)
SELECT
    e.event_id, %(recorded_at)s, e.item_id, 'stock_changed',
    (SELECT jsonb_build_object('cause', %(cause)s::text, 'reference', %(reference)s::text)) -- once, not per row
        || jsonb_build_object('sku', i.sku, 'owner', o.code, 'location', l.code,
            'on_hand', e.on_hand, 'on_hand_change', e.on_hand_change,
            'available', e.available, 'available_change', e.available_change)
        || coalesce(e.told::jsonb, '{}'),
    %(actor_id)s
FROM unnest(%(ids)s::bigint[], %(items)s::bigint[], %(locations)s::bigint[], %(on_hand)s::bigint[],
    %(on_hand_change)s::bigint[], %(available)s::bigint[], %(available_change)s::bigint[], %(told)s::text[])
    AS e (event_id, item_id, location_id, on_hand, on_hand_change, available, available_change, told)
JOIN item AS i ON i.item_id = e.item_id
JOIN owner AS o ON o.owner_id = i.owner_id
JOIN location AS l ON l.location_id = e.location_id
ORDER BY e.event_id
