-- Those of the cells that are open, locked in key order, as parallel arrays; the instant just before 1970 stands for never counted.
SELECT
    array_agg(item_id) AS item_id, array_agg(location_id) AS location_id, array_agg(sellable) AS sellable,
    array_agg(shortfall) AS shortfall, array_agg(held) AS held,
    array_agg(safety_stock) AS safety_stock, array_agg(counted_us) AS counted_us,
    array_agg(counted_available) AS counted_available
FROM (
    SELECT
        s.item_id::bigint AS item_id, s.location_id::bigint AS location_id, s.sellable, s.shortfall,
        s.committed + s.reserved + s.quality_control + s.damaged + s.refurbish AS held, s.safety_stock,
        coalesce(s.counted_as_of, timestamptz '1969-12-31 23:59:59.999999+00') AS counted_us,
        (s.counted_kind IS NOT DISTINCT FROM 'available')::integer::bigint AS counted_available
    FROM unnest(%(items)s::bigint[], %(locations)s::bigint[]) AS a (item_id, location_id)
    JOIN stock AS s ON s.item_id = a.item_id::integer AND s.location_id = a.location_id::integer
    ORDER BY s.item_id, s.location_id
    FOR UPDATE OF s
) AS cell
