-- Every decision made for an order, oldest first.
SELECT order_id, round, decided_at, sourced_for, world_id, country, area, cost_minor, unserved_minor, proven, facts, outcome
FROM decision
WHERE order_id = %(order_id)s
ORDER BY round
