-- One page of items within reach by SKU and owner, kits with what they are made of.
SELECT
    i.item_id, i.sku, o.code AS owner, i.title, i.is_kit, i.weight_mg, i.length_um, i.width_um, i.height_um,
    i.unit_price_minor, o.book_currency AS currency, i.hs_code, i.origin_country, i.assumed,
    (
        SELECT coalesce(jsonb_agg(jsonb_build_object('sku', p.sku, 'quantity', k.quantity) ORDER BY p.sku), '[]')
        FROM kit_component AS k
        JOIN item AS p ON p.item_id = k.component_id
        WHERE k.kit_id = i.item_id
    )::text AS components
FROM item AS i
JOIN owner AS o USING (owner_id)
WHERE
    NOT i.superseded
    AND (%(sku)s::text IS NULL OR i.sku = %(sku)s)
    AND (%(search)s::text IS NULL OR i.sku ILIKE %(search)s || '%%' OR i.title ILIKE '%%' || %(search)s || '%%')
    AND (%(owner)s::text IS NULL OR o.code = %(owner)s)
    AND (%(reach_owners)s::integer[] IS NULL OR i.owner_id = ANY (%(reach_owners)s::integer[]))
    AND (%(only_kits)s::boolean IS NULL OR i.is_kit = %(only_kits)s)
    AND (
        %(after_sku)s::text IS NULL
        OR CASE WHEN %(descending)s
            THEN (i.sku, i.item_id) < (%(after_sku)s, %(after_item)s::integer)
            ELSE (i.sku, i.item_id) > (%(after_sku)s, %(after_item)s::integer)
        END
    )
ORDER BY
    CASE WHEN %(descending)s THEN i.sku END DESC, CASE WHEN %(descending)s THEN i.item_id END DESC,
    CASE WHEN NOT %(descending)s THEN i.sku END, CASE WHEN NOT %(descending)s THEN i.item_id END
LIMIT %(count)s
