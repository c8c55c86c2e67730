-- What a hold was asked for and how much of it is held, line by line.
INSERT INTO hold_line (hold_id, line_no, item_id, quantity, held)
SELECT %(hold_id)s, l.line_no, l.item_id, l.quantity, l.held
FROM unnest(%(lines)s::bigint[], %(items)s::bigint[], %(quantities)s::bigint[], %(held)s::bigint[])
    AS l (line_no, item_id, quantity, held)
ORDER BY l.line_no
