-- What kits are made of today.
SELECT
    kit.sku, array_agg(part.sku ORDER BY part.sku) AS components, array_agg(k.quantity ORDER BY part.sku) AS quantities
FROM item AS kit
JOIN kit_component AS k ON k.kit_id = kit.item_id
JOIN item AS part ON part.item_id = k.component_id
WHERE kit.owner_id = %(owner_id)s AND kit.sku = ANY (%(skus)s::text[]) AND NOT kit.superseded
GROUP BY kit.sku
ORDER BY kit.sku
