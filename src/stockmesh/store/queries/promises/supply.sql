-- Units of items on their way by location and day; what is overdue is not counted on before it comes.
SELECT n.item_id, l.code AS location, n.due_on, sum(n.quantity - n.received)::bigint AS units
FROM incoming AS n
JOIN location AS l USING (location_id)
WHERE n.item_id = ANY (%(items)s::bigint[]) AND n.received < n.quantity AND n.due_on >= %(today)s
GROUP BY n.item_id, n.due_on, l.code
ORDER BY n.item_id, n.due_on, l.code
