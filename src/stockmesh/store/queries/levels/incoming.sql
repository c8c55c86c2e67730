-- Supply lines by due date; open ones alone unless all are asked for.
SELECT
    n.incoming_id, n.reference, i.sku, o.code AS owner, i.title, l.code AS location, n.due_on, n.quantity, n.received,
    n.quantity - n.received AS still_due,
    CASE WHEN n.received < n.quantity THEN greatest(%(today)s::date - n.due_on, 0) ELSE 0 END AS overdue_days
FROM incoming AS n
JOIN item AS i ON i.item_id = n.item_id
JOIN owner AS o ON o.owner_id = i.owner_id
JOIN location AS l ON l.location_id = n.location_id
WHERE
    (%(reach_owners)s::integer[] IS NULL OR i.owner_id = ANY (%(reach_owners)s::integer[]))
    AND (%(reach_locations)s::integer[] IS NULL OR n.location_id = ANY (%(reach_locations)s::integer[]))
    AND (%(sku)s::text IS NULL OR i.sku = %(sku)s)
    AND (%(owner)s::text IS NULL OR o.code = %(owner)s)
    AND (%(location)s::text IS NULL OR l.code = %(location)s)
    AND (%(reference)s::text IS NULL OR n.reference = %(reference)s)
    AND (%(due_from)s::date IS NULL OR n.due_on >= %(due_from)s)
    AND (%(due_to)s::date IS NULL OR n.due_on <= %(due_to)s)
    AND (n.received < n.quantity OR %(also_received)s)
    AND (%(after_due)s::date IS NULL OR (n.due_on, n.incoming_id) > (%(after_due)s, %(after_id)s::integer))
ORDER BY n.due_on, n.incoming_id
LIMIT %(count)s
