-- Items of touched cells whose told levels may be others now. Where a cell still has more than the threshold for every
-- channel and kit, and all that was told of it and of its item as a whole is InStock, nothing can have been crossed:
-- that is nearly every cell that an order takes from, and the rest is not even looked at. Each cell is looked up by key,
-- however many cells there are.
WITH touched AS (
    SELECT (t.cell >> 32)::integer AS item_id, (t.cell & 4294967295)::integer AS location_id
    FROM unnest(%(cells)s::bigint[]) AS t (cell)
), buffers AS MATERIALIZED (
    SELECT c.owner_id, max(c.buffer_units) AS buffer_units, count(*) AS channels FROM channel AS c GROUP BY c.owner_id
), known AS (
    SELECT
        t.item_id, t.location_id, coalesce(b.channels, 0) AS channels,
        s.sellable - s.safety_stock - coalesce(b.buffer_units, 0) AS left_over
    FROM touched AS t
    CROSS JOIN LATERAL (SELECT i.owner_id FROM item AS i WHERE i.item_id = t.item_id LIMIT 1) AS i
    LEFT JOIN LATERAL (
        SELECT k.sellable, k.safety_stock FROM stock AS k
        WHERE k.item_id = t.item_id AND k.location_id = t.location_id
        LIMIT 1
    ) AS s ON true
    LEFT JOIN buffers AS b ON b.owner_id = i.owner_id
)
SELECT DISTINCT n.item_id
FROM known AS n
WHERE
    coalesce(n.left_over, 0) <= %(low)s
    OR n.channels + 1 > (
        SELECT count(*) FROM availability_told AS w
        WHERE w.item_id = n.item_id AND w.location_id IN (0, n.location_id) AND w.level = 'InStock'
    )
    OR EXISTS (
        SELECT FROM kit_component AS k
        WHERE k.component_id = n.item_id AND (
            n.left_over < (%(low)s + 1) * k.quantity
            OR n.channels + 1 > (
                SELECT count(*) FROM availability_told AS w
                WHERE w.item_id = k.kit_id AND w.location_id IN (0, n.location_id) AND w.level = 'InStock'
            )
        )
    )
ORDER BY n.item_id
