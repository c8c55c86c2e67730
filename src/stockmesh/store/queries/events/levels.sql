-- Of items that were touched, and the kits they are part of: what may be sold now where that is another level than was
-- told last. At a location before any channel's buffer (channel 0); over all locations of a channel (location 0).
WITH subjects AS (
    SELECT i.item_id, i.owner_id
    FROM item AS i
    WHERE i.item_id = ANY (%(items)s::bigint[]) AND NOT i.is_kit AND NOT i.superseded
    UNION
    SELECT i.item_id, i.owner_id
    FROM item AS i
    LEFT JOIN kit_component AS k ON k.kit_id = i.item_id
    WHERE i.is_kit AND NOT i.superseded
        AND (i.item_id = ANY (%(items)s::bigint[]) OR k.component_id = ANY (%(items)s::bigint[]))
), parts AS (
    SELECT
        s.item_id, coalesce(k.component_id, s.item_id) AS part_id, coalesce(k.quantity, 1) AS units,
        count(*) OVER (PARTITION BY s.item_id) AS parts
    FROM subjects AS s
    LEFT JOIN kit_component AS k ON k.kit_id = s.item_id
), views AS (
    SELECT s.item_id, 0 AS channel_id, 0::bigint AS buffer_units, NULL::integer[] AS places
    FROM subjects AS s
    UNION ALL
    SELECT
        s.item_id, c.channel_id, c.buffer_units,
        CASE WHEN c.locations <> '{}' THEN ARRAY(
            SELECT l.location_id FROM location AS l WHERE l.code = ANY (c.locations) ORDER BY l.location_id
        ) END
    FROM subjects AS s
    JOIN channel AS c ON c.owner_id = s.owner_id
), cells AS (
    SELECT
        v.item_id, v.channel_id, b.location_id,
        min(greatest(b.sellable - b.shortfall - b.safety_stock - v.buffer_units, 0) / p.units) AS available
    FROM views AS v
    JOIN parts AS p ON p.item_id = v.item_id
    JOIN stock AS b ON b.item_id = p.part_id AND (v.places IS NULL OR b.location_id = ANY (v.places))
    GROUP BY v.item_id, v.channel_id, b.location_id, p.parts
    HAVING count(*) = p.parts
), levels AS (
    SELECT c.item_id, c.location_id, 0 AS channel_id, c.available::bigint AS available
    FROM cells AS c
    WHERE c.channel_id = 0
    UNION ALL
    SELECT v.item_id, 0, v.channel_id, coalesce(sum(c.available), 0)::bigint
    FROM views AS v
    LEFT JOIN cells AS c ON c.item_id = v.item_id AND c.channel_id = v.channel_id
    WHERE v.channel_id > 0
    GROUP BY v.item_id, v.channel_id
), worded AS (
    SELECT
        l.item_id, l.location_id, l.channel_id, l.available,
        (CASE
            WHEN l.available > %(low)s THEN 'InStock'
            WHEN l.available > 0 THEN 'LimitedAvailability'
            WHEN EXISTS (
                SELECT FROM incoming AS n
                WHERE n.item_id = l.item_id AND n.received < n.quantity AND l.location_id IN (0, n.location_id)
            ) THEN 'BackOrder'
            ELSE 'OutOfStock'
        END)::availability AS level
    FROM levels AS l
)
SELECT
    w.item_id, w.location_id, w.channel_id, w.available, w.level::text AS level,
    coalesce(t.level, 'OutOfStock')::text AS before
FROM worded AS w
LEFT JOIN availability_told AS t USING (item_id, location_id, channel_id)
WHERE w.level <> coalesce(t.level, 'OutOfStock')
ORDER BY w.item_id, w.location_id, w.channel_id
