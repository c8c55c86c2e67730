-- What a channel may sell of items at each of its locations; kits in whole kits.
WITH seller AS (
    SELECT c.buffer_units, c.locations FROM channel AS c WHERE c.channel_id = %(channel_id)s
), parts AS (
    SELECT
        t.item_id, coalesce(k.component_id, t.item_id) AS part_id, coalesce(k.quantity, 1) AS units,
        count(*) OVER (PARTITION BY t.item_id) AS parts
    FROM unnest(%(items)s::bigint[]) AS t (item_id)
    LEFT JOIN kit_component AS k ON k.kit_id = t.item_id
)
SELECT
    p.item_id, l.code AS location,
    min(greatest(b.sellable - b.shortfall - b.safety_stock - s.buffer_units, 0) / p.units)::bigint AS available
FROM parts AS p
CROSS JOIN seller AS s
JOIN stock AS b ON b.item_id = p.part_id
JOIN location AS l USING (location_id)
WHERE s.locations = '{}' OR l.code = ANY (s.locations)
GROUP BY p.item_id, l.code, p.parts
HAVING count(*) = p.parts
ORDER BY p.item_id, l.code
