-- Items of touched cells whose told levels may be others now. Where a cell still has more than the threshold for every
-- channel and kit, and all that was told of it and of its item as a whole is InStock, nothing can have been crossed:
-- that is nearly every cell that an order takes from, and the rest is not even looked at.
WITH touched AS (
    SELECT (t.cell >> 32)::integer AS item_id, (t.cell & 4294967295)::integer AS location_id
    FROM unnest(%(cells)s::bigint[]) AS t (cell)
), buffers AS MATERIALIZED (
    SELECT c.owner_id, max(c.buffer_units) AS buffer_units, count(*) AS channels FROM channel AS c GROUP BY c.owner_id
)
SELECT DISTINCT t.item_id
FROM touched AS t
JOIN item AS i ON i.item_id = t.item_id
LEFT JOIN buffers AS b ON b.owner_id = i.owner_id
LEFT JOIN stock AS s ON s.item_id = t.item_id AND s.location_id = t.location_id
LEFT JOIN availability_told AS a ON a.item_id = t.item_id AND a.location_id = t.location_id AND a.channel_id = 0
WHERE
    a.level IS DISTINCT FROM 'InStock'
    OR s.sellable - s.safety_stock - coalesce(b.buffer_units, 0) <= %(low)s
    OR coalesce(b.channels, 0) > (
        SELECT count(*) FROM availability_told AS w
        WHERE w.item_id = t.item_id AND w.location_id = 0 AND w.level = 'InStock'
    )
    OR EXISTS (
        SELECT FROM kit_component AS k
        WHERE k.component_id = t.item_id AND (
            s.sellable - s.safety_stock - coalesce(b.buffer_units, 0) < (%(low)s + 1) * k.quantity
            OR coalesce(b.channels, 0) + 1 > (
                SELECT count(*) FROM availability_told AS w
                WHERE w.item_id = k.kit_id AND w.location_id IN (0, t.location_id) AND w.level = 'InStock'
            )
        )
    )
ORDER BY t.item_id
