-- What each location could give of these items before channel buffers, as parallel arrays.
SELECT
    array_agg(item_id::bigint) AS item_id, array_agg(location_id::bigint) AS location_id,
    array_agg(sellable - safety_stock) AS available
FROM stock
WHERE item_id = ANY (%(items)s::bigint[])
