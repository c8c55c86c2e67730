-- Units still due of an item by day, to one location or all.
SELECT n.due_on, sum(n.quantity - n.received)::bigint AS units
FROM incoming AS n
WHERE
    n.item_id = %(item_id)s AND n.received < n.quantity
    AND (%(reach_locations)s::integer[] IS NULL OR n.location_id = ANY (%(reach_locations)s::integer[]))
    AND (%(location_id)s::integer IS NULL OR n.location_id = %(location_id)s)
GROUP BY n.due_on
ORDER BY n.due_on
