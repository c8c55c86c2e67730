-- Supply on its way, by reference, item and location.
INSERT INTO incoming (item_id, location_id, reference, due_on, quantity)
SELECT i.item_id, l.location_id, n.reference, n.due_on, n.quantity
FROM jsonb_to_recordset(%(incoming)s::jsonb) AS n (
    sku text, location text, reference text, due_on date, quantity bigint
)
JOIN item AS i ON i.owner_id = %(owner_id)s AND i.sku = n.sku AND NOT i.superseded
JOIN location AS l ON l.code = n.location
ORDER BY n.reference, i.item_id
ON CONFLICT (reference, item_id, location_id) DO UPDATE
SET due_on = excluded.due_on, quantity = greatest(excluded.quantity, incoming.received)
