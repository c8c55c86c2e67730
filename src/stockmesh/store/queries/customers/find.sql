-- The orders of whoever goes by a name or an e-mail address, each with its owner; found by index, however many there are.
SELECT o.order_id, w.owner_id, w.code AS owner, o.customer
FROM (
    SELECT n.order_id FROM orders AS n WHERE n.customer = %(name)s AND n.customer <> ''
    UNION
    SELECT e.order_id FROM order_contact AS e WHERE lower(e.email) = lower(%(name)s) AND e.email <> ''
) AS f
JOIN orders AS o ON o.order_id = f.order_id
JOIN channel AS c ON c.channel_id = o.channel_id
JOIN owner AS w ON w.owner_id = c.owner_id
WHERE
    (%(owner)s::text IS NULL OR w.code = %(owner)s)
    AND (%(reach_owners)s::integer[] IS NULL OR w.owner_id = ANY (%(reach_owners)s))
ORDER BY o.order_id
