-- Those of the cells that are open, locked in key order, as parallel arrays; counted: microseconds since 1970, -1 never.
SELECT
    array_agg(item_id) AS item_id, array_agg(location_id) AS location_id, array_agg(sellable) AS sellable,
    array_agg(shortfall) AS shortfall, array_agg(held) AS held,
    array_agg(safety_stock) AS safety_stock, array_agg(counted_us) AS counted_us,
    array_agg(counted_available) AS counted_available
FROM (
    SELECT
        s.item_id::bigint AS item_id, s.location_id::bigint AS location_id, s.sellable, s.shortfall,
        s.committed + s.reserved + s.quality_control + s.damaged + s.refurbish AS held, s.safety_stock,
        coalesce((extract(epoch FROM s.counted_as_of) * 1000000)::bigint, -1) AS counted_us,
        (s.counted_kind IS NOT DISTINCT FROM 'available')::integer::bigint AS counted_available
    FROM stock AS s
    WHERE (s.item_id, s.location_id) IN (
        SELECT a.item_id::integer, a.location_id::integer
        FROM unnest(%(items)s::bigint[], %(locations)s::bigint[]) AS a (item_id, location_id)
    )
    ORDER BY s.item_id, s.location_id
    FOR UPDATE OF s
) AS cell
