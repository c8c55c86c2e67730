-- What kits are made of.
INSERT INTO kit_component (kit_id, component_id, quantity)
SELECT kit.item_id, part.item_id, k.quantity
FROM jsonb_to_recordset(%(components)s::jsonb) AS k (kit text, component text, quantity bigint)
JOIN item AS kit ON kit.owner_id = %(owner_id)s AND kit.sku = k.kit AND NOT kit.superseded
JOIN item AS part ON part.owner_id = %(owner_id)s AND part.sku = k.component AND NOT part.superseded
ORDER BY kit.item_id, part.item_id
ON CONFLICT (kit_id, component_id) DO UPDATE SET quantity = excluded.quantity
