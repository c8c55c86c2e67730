-- What is known of some items of an owner, by SKU.
SELECT i.sku, i.title, i.weight_mg, i.length_um, i.width_um, i.height_um, i.unit_price_minor, i.hs_code, i.origin_country
FROM item AS i
WHERE i.owner_id = %(owner_id)s AND i.sku = ANY (%(skus)s::text[]) AND NOT i.superseded
ORDER BY i.sku
