-- What holds were asked for and how much of it they held.
SELECT l.hold_id, l.line_no, i.sku, i.title, l.quantity, l.held
FROM hold_line AS l
JOIN item AS i USING (item_id)
WHERE l.hold_id = ANY (%(holds)s::bigint[])
ORDER BY l.hold_id, l.line_no
