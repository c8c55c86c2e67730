-- What some cells could give before channel buffers, as parallel arrays, and when they were counted available, if they
-- were.
SELECT
    array_agg(s.item_id::bigint) AS item_id, array_agg(s.location_id::bigint) AS location_id,
    array_agg(s.sellable - s.safety_stock) AS available,
    array_agg((extract(epoch FROM s.counted_as_of) * 1000000)::bigint)
        FILTER (WHERE s.counted_kind = 'available') AS counted_us
FROM unnest(%(items)s::bigint[], %(locations)s::bigint[]) AS a (item_id, location_id)
JOIN stock AS s ON s.item_id = a.item_id::integer AND s.location_id = a.location_id::integer
