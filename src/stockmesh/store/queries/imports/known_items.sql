-- Which of these SKUs an owner has, and whether each is a kit.
SELECT sku, is_kit FROM item
WHERE owner_id = %(owner_id)s AND sku = ANY (%(skus)s::text[]) AND NOT superseded
ORDER BY sku
