-- Items by SKU, of one owner or of all.
SELECT i.item_id, i.sku, i.title, i.is_kit, o.code AS owner
FROM item AS i
JOIN owner AS o USING (owner_id)
WHERE i.sku = %(sku)s AND NOT i.superseded AND (%(owner)s = '' OR o.code = %(owner)s)
    AND (%(reach_owners)s::integer[] IS NULL OR i.owner_id = ANY (%(reach_owners)s::integer[]))
ORDER BY o.code
