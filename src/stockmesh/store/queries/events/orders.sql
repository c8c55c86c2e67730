-- The orders that events are about, and nothing of persons.
SELECT o.order_id AS subject_id, o.order_id, o.reference, c.code AS channel, w.code AS owner, o.country
FROM orders AS o
JOIN channel AS c USING (channel_id)
JOIN owner AS w USING (owner_id)
WHERE o.order_id = ANY (%(subjects)s::bigint[])
ORDER BY o.order_id
