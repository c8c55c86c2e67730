-- Items by SKU, what each is stocked as (the components of a kit, or itself), and the units that orders wait for, sold
-- as themselves, as the kit of that SKU before it was made of other things, or within kits.
WITH asked AS MATERIALIZED (
    SELECT i.item_id, i.sku, i.title, i.is_kit, i.owner_id, o.code AS owner
    FROM item AS i
    JOIN owner AS o USING (owner_id)
    WHERE i.sku = ANY (%(skus)s::text[]) AND NOT i.superseded
        AND (%(reach_owners)s::integer[] IS NULL OR i.owner_id = ANY (%(reach_owners)s::integer[]))
), sold AS (
    SELECT a.item_id, a.item_id AS sold_as, 1::bigint AS units FROM asked AS a
    UNION ALL
    SELECT a.item_id, former.item_id, 1
    FROM asked AS a
    CROSS JOIN LATERAL (
        SELECT f.item_id FROM item AS f WHERE f.superseded AND f.sku = a.sku AND f.owner_id = a.owner_id OFFSET 0
    ) AS former
    WHERE a.is_kit
    UNION ALL
    SELECT a.item_id, k.kit_id, k.quantity FROM asked AS a JOIN kit_component AS k ON k.component_id = a.item_id
), waits AS (
    SELECT s.item_id, sum(w.waiting * s.units)::bigint AS units
    FROM sold AS s
    JOIN order_line AS w ON w.item_id = s.sold_as AND w.waiting > 0
    GROUP BY s.item_id
), made AS (
    SELECT
        k.kit_id, array_agg(k.component_id ORDER BY k.component_id) AS components,
        array_agg(k.quantity::integer ORDER BY k.component_id) AS units
    FROM kit_component AS k
    JOIN asked AS a ON a.item_id = k.kit_id
    GROUP BY k.kit_id
)
SELECT
    a.item_id, a.sku, a.title, a.is_kit, a.owner,
    CASE WHEN a.is_kit THEN coalesce(made.components, '{}') ELSE ARRAY[a.item_id] END AS components,
    CASE WHEN a.is_kit THEN coalesce(made.units, '{}') ELSE ARRAY[1] END AS units,
    coalesce(waits.units, 0) AS waiting
FROM asked AS a
LEFT JOIN made ON made.kit_id = a.item_id
LEFT JOIN waits ON waits.item_id = a.item_id
ORDER BY a.sku, a.owner
