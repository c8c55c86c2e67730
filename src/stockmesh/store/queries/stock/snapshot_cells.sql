-- What some cells could give before channel buffers, as parallel arrays.
SELECT
    array_agg(s.item_id::bigint) AS item_id, array_agg(s.location_id::bigint) AS location_id,
    array_agg(s.sellable - s.safety_stock) AS available
FROM unnest(%(items)s::bigint[], %(locations)s::bigint[]) AS a (item_id, location_id)
JOIN stock AS s ON s.item_id = a.item_id::integer AND s.location_id = a.location_id::integer
