-- Kits that are about to be saved are emptied first: what is no longer part of them leaves.
DELETE FROM kit_component
WHERE kit_id IN (
    SELECT item_id FROM item WHERE owner_id = %(owner_id)s AND sku = ANY (%(skus)s::text[]) AND NOT superseded
)
