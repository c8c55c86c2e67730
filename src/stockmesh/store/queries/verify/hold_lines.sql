-- Lines of holds (for kits their components) that say they hold other units than stand in the books for them.
WITH owed AS (
    SELECT
        l.hold_id, l.line_no, coalesce(k.component_id, l.item_id) AS item_id,
        l.held * coalesce(k.quantity, 1) AS units
    FROM hold_line AS l
    JOIN cart_hold AS h USING (hold_id)
    LEFT JOIN kit_component AS k ON k.kit_id = l.item_id
    WHERE h.state = 'open' AND l.held > 0
), held AS (
    SELECT hold_id, line_no, item_id, sum(quantity)::bigint AS units
    FROM hold_unit
    GROUP BY hold_id, line_no, item_id
)
SELECT
    NULL::bigint AS order_id, i.sku, NULL::text AS location, 'hold ' || hold_id || ' line ' || line_no AS column_name,
    coalesce(owed.units, 0) AS book, coalesce(held.units, 0) AS journal
FROM owed
FULL JOIN held USING (hold_id, line_no, item_id)
LEFT JOIN item AS i USING (item_id)
WHERE coalesce(owed.units, 0) <> coalesce(held.units, 0)
ORDER BY hold_id, line_no, i.sku
LIMIT %(most)s
