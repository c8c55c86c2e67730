-- The units that decisions committed: by order and the instant the decision was recorded, or its round where that is
-- known.
SELECT asked.place, d.round, m.line_no, i.sku, l.code AS location, m.quantity AS units
FROM unnest(%(orders)s::bigint[], %(instants)s::timestamptz[], %(rounds)s::bigint[]) WITH ORDINALITY
    AS asked (order_id, recorded_at, round, place)
JOIN decision AS d
    ON d.order_id = asked.order_id
    AND (d.round = asked.round OR (asked.round = 0 AND d.decided_at = asked.recorded_at))
JOIN movement AS m ON m.order_id = d.order_id AND m.cause = 'commit' AND m.fulfilment_no / 100 = d.round
JOIN item AS i ON i.item_id = m.item_id
JOIN location AS l ON l.location_id = m.from_location
    AND (%(reach_locations)s::integer[] IS NULL OR l.location_id = ANY (%(reach_locations)s::integer[]))
ORDER BY asked.place, m.line_no, m.movement_id
