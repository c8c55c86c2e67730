-- Counted cells as they stand now; they are locked.
UPDATE stock AS s
SET
    sellable = c.sellable, shortfall = c.shortfall, counted_kind = %(kind)s,
    counted_as_of = timestamptz '1970-01-01 00:00:00+00' + c.counted_us * interval '1 microsecond'
FROM unnest(
    %(items)s::bigint[], %(locations)s::bigint[], %(sellable)s::bigint[], %(shortfall)s::bigint[],
    %(counted_us)s::bigint[]
) AS c (item_id, location_id, sellable, shortfall, counted_us)
WHERE s.item_id = c.item_id::integer AND s.location_id = c.location_id::integer
