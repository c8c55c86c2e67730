-- Makes sure that the cells about to change have a row.
INSERT INTO stock (item_id, location_id)
SELECT asked.item_id, asked.location_id
FROM unnest(%(items)s::bigint[], %(locations)s::bigint[]) AS asked (item_id, location_id)
ORDER BY asked.item_id, asked.location_id
ON CONFLICT DO NOTHING
