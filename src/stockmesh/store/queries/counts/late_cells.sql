-- Cells whose last count was of available and is not older than an instant, in microseconds since 1970.
SELECT s.item_id, s.location_id, (extract(epoch FROM s.counted_as_of) * 1000000)::bigint AS counted_us
FROM stock AS s
WHERE
    s.counted_kind = 'available'
    AND s.counted_as_of >= timestamptz '1970-01-01 00:00:00+00' + %(earliest_us)s * interval '1 microsecond'
    AND (s.item_id, s.location_id) IN (
        SELECT a.item_id::integer, a.location_id::integer
        FROM unnest(%(items)s::bigint[], %(locations)s::bigint[]) AS a (item_id, location_id)
    )
ORDER BY s.item_id, s.location_id
