-- The physical facts of every item, for the placing desk.
SELECT item_id, owner_id, sku, weight_mg, length_um, width_um, height_um, unit_price_minor, is_kit, superseded
FROM item
ORDER BY item_id
