-- Counts applied, with what they changed.
INSERT INTO stock_count (item_id, location_id, as_of, recorded_at, kind, quantity, difference, reference)
SELECT c.item_id, c.location_id,
    timestamptz '1970-01-01 00:00:00+00' + c.as_of_us * interval '1 microsecond', %(recorded_at)s, c.kind, c.quantity, c.difference,
    %(reference)s
FROM unnest(
    %(items)s::bigint[], %(locations)s::bigint[], %(instants_us)s::bigint[], %(kinds)s::text[],
    %(quantities)s::bigint[], %(differences)s::bigint[]
) WITH ORDINALITY AS c (item_id, location_id, as_of_us, kind, quantity, difference, place)
ORDER BY c.place
