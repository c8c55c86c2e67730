-- Units the books open with: a movement from the supplier and the balance beside it. A cell that has a balance already
-- keeps it, so that a repeated opening changes nothing.
WITH asked AS (
    SELECT i.item_id, l.location_id, o.quantity, row_number() OVER (ORDER BY i.item_id, l.location_id) AS place
    FROM jsonb_to_recordset(%(opening)s::jsonb) AS o (sku text, location text, quantity bigint)
    JOIN item AS i ON i.owner_id = %(owner_id)s AND i.sku = o.sku
    JOIN location AS l ON l.code = o.location
    WHERE o.quantity > 0
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
    (%(ids)s::bigint[])[a.place], %(occurred_at)s, %(recorded_at)s, a.quantity, a.item_id, 0, a.location_id, 'supplier',
    'sellable', 'opening', 'opening stock'
FROM asked AS a
JOIN opened USING (item_id, location_id)
