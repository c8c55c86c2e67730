-- The customer of some orders goes by another name from now on; why they were paused is told no more.
UPDATE orders AS o
SET customer = coalesce(n.pseudonym, ''), pause_reason = CASE WHEN o.pause_reason IS NOT NULL THEN %(erased)s END
FROM unnest(%(orders)s::bigint[]) AS a (order_id)
JOIN orders AS was ON was.order_id = a.order_id
LEFT JOIN unnest(%(names)s::text[], %(pseudonyms)s::text[]) AS n (name, pseudonym) ON n.name = was.customer
WHERE o.order_id = a.order_id
