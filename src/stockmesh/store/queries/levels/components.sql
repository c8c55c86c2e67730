-- What an item is stocked as: the components of a kit, or the item itself.
SELECT k.component_id AS item_id, k.quantity AS units FROM kit_component AS k WHERE k.kit_id = %(item_id)s
UNION ALL
SELECT i.item_id, 1 FROM item AS i WHERE i.item_id = %(item_id)s AND NOT i.is_kit
ORDER BY item_id
