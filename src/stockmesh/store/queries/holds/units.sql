-- The units that holds hold, in the order in which stock rows are locked.
SELECT u.hold_id, u.line_no, u.item_id, i.sku, u.location_id, l.code AS location, u.quantity
FROM hold_unit AS u
JOIN item AS i USING (item_id)
JOIN location AS l USING (location_id)
WHERE u.hold_id = ANY (%(holds)s::bigint[])
ORDER BY u.item_id, u.location_id, u.hold_id, u.line_no
