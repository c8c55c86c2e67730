-- Every decision made for an order, oldest first.
SELECT
    d.order_id, d.round, d.decided_at, d.sourced_for, d.world_id, d.country, d.area, d.cost_minor, d.unserved_minor,
    d.proven, d.facts, d.outcome, o.assumed
FROM decision AS d
JOIN orders AS o ON o.order_id = d.order_id
WHERE d.order_id = %(order_id)s
ORDER BY d.round
