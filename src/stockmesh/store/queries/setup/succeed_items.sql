-- What the SKUs of superseded items stand for from now on: the same in all but what they are made of.
INSERT INTO item (
    owner_id, sku, title, weight_mg, length_um, width_um, height_um, unit_price_minor, hs_code, origin_country, is_kit,
    assumed
)
SELECT
    owner_id, sku, title, weight_mg, length_um, width_um, height_um, unit_price_minor, hs_code, origin_country, is_kit,
    assumed
FROM item
WHERE item_id = ANY (%(items)s::bigint[])
ORDER BY item_id
