-- Sellable units that a late sale took from a count that had left them out already.
UPDATE stock AS s
SET sellable = s.sellable + o.units
FROM (
    SELECT item_id, location_id, sum(units)::bigint AS units
    FROM unnest(%(items)s::bigint[], %(locations)s::bigint[], %(units)s::bigint[]) AS a (item_id, location_id, units)
    GROUP BY item_id, location_id
) AS o
WHERE s.item_id = o.item_id AND s.location_id = o.location_id
