-- Units committed to a line (for kits to its components) that differ from what was ordered less waiting and dropped.
WITH held AS (
    SELECT m.order_id, m.line_no, m.item_id,
        sum(CASE WHEN m.to_state = 'committed' THEN m.quantity ELSE 0 END
            - CASE WHEN m.from_state = 'committed' THEN m.quantity ELSE 0 END)::bigint AS units
    FROM movement AS m
    WHERE m.order_id IS NOT NULL
    GROUP BY m.order_id, m.line_no, m.item_id
), owed AS (
    SELECT l.order_id, l.line_no, coalesce(k.component_id, l.item_id) AS item_id,
        CASE WHEN o.state = 'cancelled' THEN 0
            ELSE (l.quantity - l.waiting - l.dropped) * coalesce(k.quantity, 1) END AS units
    FROM order_line AS l
    JOIN orders AS o USING (order_id)
    LEFT JOIN kit_component AS k ON k.kit_id = l.item_id
)
SELECT
    order_id, i.sku, NULL::text AS location, 'line ' || coalesce(line_no::text, '?') AS column_name,
    coalesce(owed.units, 0) AS book, coalesce(held.units, 0) AS journal
FROM owed
FULL JOIN held USING (order_id, line_no, item_id)
LEFT JOIN item AS i USING (item_id)
WHERE coalesce(owed.units, 0) <> coalesce(held.units, 0)
ORDER BY order_id, line_no, i.sku
LIMIT %(most)s
