-- Products whose variants are told anew, or that are gone.
DELETE FROM shop_variant AS v
USING unnest(%(shops)s::bigint[], %(products)s::text[]) AS t (shop_id, product)
WHERE v.shop_id = t.shop_id AND v.product = t.product
