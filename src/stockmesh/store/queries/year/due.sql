-- An owner's supply lines that are not received in full and were due by a day.
SELECT i.sku, l.code AS location, n.quantity - n.received AS quantity, n.due_on, n.reference
FROM incoming AS n
JOIN item AS i ON i.item_id = n.item_id AND i.owner_id = %(owner_id)s
JOIN location AS l ON l.location_id = n.location_id
WHERE n.received < n.quantity AND n.due_on <= %(day)s
ORDER BY n.due_on, n.incoming_id
