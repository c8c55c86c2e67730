-- Units the books open with: a movement from the supplier and the balance beside it.
WITH asked AS (
    SELECT i.item_id, l.location_id, o.quantity, row_number() OVER (ORDER BY i.item_id, l.location_id) AS place
    FROM jsonb_to_recordset(%(opening)s::jsonb) AS o (sku text, location text, quantity bigint)
    JOIN item AS i ON i.owner_id = %(owner_id)s AND i.sku = o.sku
    JOIN location AS l ON l.code = o.location
    WHERE o.quantity > 0
), moved AS (
    INSERT INTO movement (
        movement_id, occurred_at, recorded_at, quantity, item_id, from_location, to_location, from_state, to_state,
        cause, reference
    )
    SELECT
        (%(ids)s::bigint[])[place], %(occurred_at)s, %(recorded_at)s, quantity, item_id, 0, location_id, 'supplier',
        'sellable', 'opening', 'opening stock'
    FROM asked
)
INSERT INTO stock (item_id, location_id, sellable)
SELECT item_id, location_id, quantity FROM asked ORDER BY item_id, location_id
ON CONFLICT (item_id, location_id) DO UPDATE SET sellable = stock.sellable + excluded.sellable
