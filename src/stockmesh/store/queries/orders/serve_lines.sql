-- Waiting units that are committed now.
UPDATE order_line AS l
SET waiting = l.waiting - a.units
FROM unnest(%(orders)s::bigint[], %(items)s::bigint[], %(units)s::bigint[]) AS a (order_id, item_id, units)
WHERE l.order_id = a.order_id AND l.item_id = a.item_id
