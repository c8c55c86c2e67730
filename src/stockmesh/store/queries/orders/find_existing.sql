-- Orders already placed under these channels and references.
SELECT o.channel_id, o.reference, o.order_id, o.content, o.state::text AS state, d.cost_minor, d.unserved_minor
FROM unnest(%(channels)s::integer[], %(references)s::text[]) AS asked (channel_id, reference)
JOIN orders AS o USING (channel_id, reference)
JOIN decision AS d USING (order_id, round)
ORDER BY o.order_id
