-- Which of these SKUs an owner has.
SELECT sku FROM item
WHERE owner_id = %(owner_id)s AND sku = ANY (%(skus)s::text[]) AND NOT superseded
ORDER BY sku
