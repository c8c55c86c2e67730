-- Items that are kits.
UPDATE item SET is_kit = true
WHERE owner_id = %(owner_id)s AND sku = ANY (%(skus)s::text[]) AND NOT superseded
