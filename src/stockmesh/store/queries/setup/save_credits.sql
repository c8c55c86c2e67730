-- Credit notes kept for the returns part; a repeated import changes nothing.
INSERT INTO credit (reference, credited_at, customer, item_id, quantity, unit_price_minor, kind)
SELECT c.reference, c.credited_at, c.customer, i.item_id, c.quantity, c.unit_price_minor, c.kind
FROM jsonb_to_recordset(%(credits)s::jsonb) AS c (
    reference text, credited_at timestamptz, customer text, sku text, quantity bigint, unit_price_minor bigint, kind text
)
JOIN item AS i ON i.owner_id = %(owner_id)s AND i.sku = c.sku AND NOT i.superseded
WHERE NOT EXISTS (SELECT 1 FROM credit AS k WHERE k.reference = c.reference)
ORDER BY c.credited_at, c.reference
