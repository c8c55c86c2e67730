-- What each location could give of these items before channel buffers, as parallel arrays, and when they were counted
-- available, if they were.
SELECT
    array_agg(item_id::bigint) AS item_id, array_agg(location_id::bigint) AS location_id,
    array_agg(sellable - safety_stock) AS available,
    array_agg((extract(epoch FROM counted_as_of) * 1000000)::bigint)
        FILTER (WHERE counted_kind = 'available') AS counted_us
FROM stock
WHERE item_id = ANY (%(items)s::bigint[])
