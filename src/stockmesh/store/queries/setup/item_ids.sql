-- The items of an owner: all of them, or those with some SKUs.
SELECT item_id FROM item
WHERE owner_id = %(owner_id)s AND NOT superseded AND (%(skus)s::text[] IS NULL OR sku = ANY (%(skus)s::text[]))
ORDER BY item_id
