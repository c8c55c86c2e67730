-- Items whose SKU begins like one of these.
SELECT sku FROM item
WHERE owner_id = %(owner_id)s AND NOT superseded AND left(lower(sku), 3) = ANY (%(beginnings)s::text[])
ORDER BY sku
LIMIT 5000
