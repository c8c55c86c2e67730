-- The first decisions of the latest orders that were decided here, the newest first; what another system decided left
-- no facts.
SELECT
    d.order_id, d.round, d.decided_at, d.sourced_for, d.world_id, d.country, d.area, d.cost_minor, d.unserved_minor,
    d.proven, d.facts, d.outcome, o.assumed
FROM decision AS d
JOIN orders AS o ON o.order_id = d.order_id
WHERE d.round = 1 AND length(d.facts) > 0
ORDER BY d.order_id DESC
LIMIT %(count)s
