-- Makes sure that the cells which supply is on its way to have a row.
INSERT INTO stock (item_id, location_id)
SELECT DISTINCT i.item_id, l.location_id
FROM jsonb_to_recordset(%(incoming)s::jsonb) AS n (sku text, location text)
JOIN item AS i ON i.owner_id = %(owner_id)s AND i.sku = n.sku AND NOT i.superseded AND NOT i.is_kit
JOIN location AS l ON l.code = n.location
ORDER BY i.item_id, l.location_id
ON CONFLICT DO NOTHING
