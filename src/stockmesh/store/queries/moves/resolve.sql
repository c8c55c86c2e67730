-- The numbers of items and locations named by SKU, owner and code, in the order asked; NULL where there is none within reach. An
-- empty owner asks for any: every owner who has the SKU is answered, and the item is one of them.
SELECT
    asked.place, min(i.item_id) AS item_id, bool_or(i.is_kit) AS is_kit, min(l.location_id) AS location_id,
    coalesce(array_agg(i.owner ORDER BY i.owner) FILTER (WHERE i.item_id IS NOT NULL), '{}') AS owners
FROM unnest(%(skus)s::text[], %(owners)s::text[], %(locations)s::text[]) WITH ORDINALITY
    AS asked (sku, owner, location, place)
LEFT JOIN (
    SELECT n.sku, n.item_id, n.is_kit, o.code AS owner
    FROM item AS n
    JOIN owner AS o USING (owner_id)
    WHERE n.sku = ANY (%(skus)s::text[]) AND NOT n.superseded
        AND (%(reach_owners)s::integer[] IS NULL OR n.owner_id = ANY (%(reach_owners)s::integer[]))
) AS i ON i.sku = asked.sku AND asked.owner IN ('', i.owner)
LEFT JOIN location AS l ON l.code = asked.location
    AND (%(reach_locations)s::integer[] IS NULL OR l.location_id = ANY (%(reach_locations)s::integer[]))
GROUP BY asked.place
ORDER BY asked.place
