-- The movements of an item, at one location or all, the newest entries first.
SELECT
    m.movement_id, m.occurred_at, m.recorded_at, m.quantity, f.code AS from_location, m.from_state::text AS from_state,
    t.code AS to_location, m.to_state::text AS to_state, m.cause::text AS cause, m.order_id,
    o.reference AS order_reference, m.line_no, m.reference
FROM movement AS m
LEFT JOIN location AS f ON f.location_id = m.from_location
LEFT JOIN location AS t ON t.location_id = m.to_location
LEFT JOIN orders AS o ON o.order_id = m.order_id
WHERE
    m.item_id = %(item_id)s
    AND (%(location_id)s::integer IS NULL OR m.from_location = %(location_id)s OR m.to_location = %(location_id)s)
    AND (
        %(after_recorded)s::timestamptz IS NULL
        OR (m.recorded_at, m.movement_id) < (%(after_recorded)s, %(after_id)s::bigint)
    )
ORDER BY m.recorded_at DESC, m.movement_id DESC
LIMIT %(count)s
