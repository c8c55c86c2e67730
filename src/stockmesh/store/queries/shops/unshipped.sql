-- SKUs that shops sell and never ship.
SELECT v.shop_id, v.sku FROM shop_variant AS v
WHERE NOT v.shipped AND v.shop_id = ANY (%(shops)s::bigint[])
ORDER BY v.shop_id, v.sku
