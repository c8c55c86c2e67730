-- Committed units become sellable again; where a shortfall stands they heal it first.
UPDATE stock AS s
SET committed = s.committed - b.quantity, shortfall = s.shortfall - b.healed,
    sellable = s.sellable + b.quantity - b.healed
FROM (
    SELECT item_id, location_id, sum(quantity)::bigint AS quantity, sum(healed)::bigint AS healed
    FROM unnest(%(items)s::bigint[], %(locations)s::bigint[], %(quantities)s::bigint[], %(healed)s::bigint[])
        AS a (item_id, location_id, quantity, healed)
    GROUP BY item_id, location_id
) AS b
WHERE s.item_id = b.item_id AND s.location_id = b.location_id
