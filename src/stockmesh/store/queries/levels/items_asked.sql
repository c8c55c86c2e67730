-- Items by SKU, what each is stocked as (the components of a kit, or itself), and the units that orders wait for, sold
-- as themselves or within kits.
SELECT
    i.item_id, i.sku, i.title, i.is_kit, o.code AS owner, parts.components, parts.units,
    coalesce(waits.units, 0)::bigint AS waiting
FROM item AS i
JOIN owner AS o USING (owner_id)
CROSS JOIN LATERAL (
    SELECT
        coalesce(array_agg(p.item_id ORDER BY p.item_id), '{}')::integer[] AS components,
        coalesce(array_agg(p.units ORDER BY p.item_id), '{}')::integer[] AS units
    FROM (
        SELECT k.component_id AS item_id, k.quantity AS units FROM kit_component AS k WHERE k.kit_id = i.item_id
        UNION ALL
        SELECT i.item_id, 1 WHERE NOT i.is_kit
    ) AS p
) AS parts
CROSS JOIN LATERAL (
    SELECT sum(w.waiting * sold.units) AS units
    FROM (
        SELECT former.item_id AS sold_as, 1::bigint AS units
        FROM item AS former
        WHERE former.owner_id = i.owner_id AND former.sku = i.sku
        UNION ALL
        SELECT k.kit_id, k.quantity FROM kit_component AS k WHERE k.component_id = i.item_id
    ) AS sold
    JOIN order_line AS w ON w.item_id = sold.sold_as AND w.waiting > 0
) AS waits
WHERE i.sku = ANY (%(skus)s::text[]) AND NOT i.superseded
    AND (%(reach_owners)s::integer[] IS NULL OR i.owner_id = ANY (%(reach_owners)s::integer[]))
ORDER BY i.sku, o.code
