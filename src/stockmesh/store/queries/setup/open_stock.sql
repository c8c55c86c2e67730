-- Units the books open with: a movement from the supplier and the balance beside it. A cell that has a balance already
-- keeps it, so that a repeated opening changes nothing.
WITH asked AS (
    SELECT item_id::integer AS item_id, location_id::integer AS location_id, quantity, movement_id
    FROM unnest(%(items)s::bigint[], %(locations)s::bigint[], %(quantities)s::bigint[], %(ids)s::bigint[])
        AS o (item_id, location_id, quantity, movement_id)
), opened AS (
    INSERT INTO stock (item_id, location_id, sellable)
    SELECT item_id, location_id, quantity FROM asked ORDER BY item_id, location_id
    ON CONFLICT (item_id, location_id) DO NOTHING
    RETURNING item_id, location_id
)
INSERT INTO movement (
    movement_id, occurred_at, recorded_at, quantity, item_id, from_location, to_location, from_state, to_state, cause,
    reference
)
SELECT
    a.movement_id, %(occurred_at)s, %(recorded_at)s, a.quantity, a.item_id, 0, a.location_id, 'supplier', 'sellable',
    'opening', 'opening stock'
FROM asked AS a
JOIN opened USING (item_id, location_id)
