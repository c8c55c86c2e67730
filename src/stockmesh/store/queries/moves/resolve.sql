-- The numbers of items and locations named by SKU and code, in the order asked; NULL where there is none.
SELECT asked.place, i.item_id, i.is_kit, l.location_id
FROM unnest(%(skus)s::text[], %(locations)s::text[]) WITH ORDINALITY AS asked (sku, location, place)
LEFT JOIN (
    SELECT DISTINCT ON (sku) sku, item_id, is_kit FROM item WHERE sku = ANY (%(skus)s::text[]) ORDER BY sku, item_id
) AS i ON i.sku = asked.sku
LEFT JOIN location AS l ON l.code = asked.location
ORDER BY asked.place
