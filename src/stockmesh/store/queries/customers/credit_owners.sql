-- The owners whose credit notes name a customer.
SELECT DISTINCT w.owner_id, w.code AS owner
FROM credit AS k
JOIN item AS i ON i.item_id = k.item_id
JOIN owner AS w ON w.owner_id = i.owner_id
WHERE k.customer = %(name)s AND k.customer <> '' AND (%(owner)s::text IS NULL OR w.code = %(owner)s)
    AND (%(reach_owners)s::integer[] IS NULL OR w.owner_id = ANY (%(reach_owners)s))
ORDER BY w.code
