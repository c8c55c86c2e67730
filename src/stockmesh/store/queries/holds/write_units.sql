-- The units an open hold holds, by line and cell.
INSERT INTO hold_unit (hold_id, line_no, item_id, location_id, quantity)
SELECT %(hold_id)s, u.line_no, u.item_id, u.location_id, u.quantity
FROM unnest(%(lines)s::bigint[], %(items)s::bigint[], %(locations)s::bigint[], %(quantities)s::bigint[])
    AS u (line_no, item_id, location_id, quantity)
ORDER BY u.line_no, u.item_id, u.location_id
