-- Orders whose units wait for stock that has some to give now, oldest first, locked; those being worked on are left.
-- Where items are named, only orders that wait for these, in themselves or within kits.
SELECT
    o.order_id, o.placed_at, c.code AS channel, o.round, o.wish::text AS wish, o.country, o.area, o.reference, o.customer
FROM orders AS o
JOIN channel AS c USING (channel_id)
WHERE
    o.state = 'waiting' AND (o.placed_at, o.order_id) > (%(after_placed)s, %(after_id)s) AND o.placed_at <= %(now)s
    AND EXISTS (
        SELECT 1
        FROM order_line AS l
        LEFT JOIN kit_component AS k ON k.kit_id = l.item_id
        JOIN stock AS s ON s.item_id = coalesce(k.component_id, l.item_id) AND s.sellable > s.safety_stock
        WHERE
            l.order_id = o.order_id AND l.waiting > 0
            AND (%(wanted)s::bigint[] IS NULL OR coalesce(k.component_id, l.item_id) = ANY (%(wanted)s::bigint[]))
    )
ORDER BY o.placed_at, o.order_id
LIMIT %(most)s
FOR UPDATE OF o SKIP LOCKED
