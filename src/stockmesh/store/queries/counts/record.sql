-- Counts applied, with what they changed.
INSERT INTO stock_count (item_id, location_id, as_of, recorded_at, kind, quantity, difference, reference)
SELECT c.item_id, c.location_id, c.as_of, %(recorded_at)s, c.kind, c.quantity, c.difference, %(reference)s
FROM unnest(
    %(items)s::bigint[], %(locations)s::bigint[], %(instants)s::timestamptz[], %(kinds)s::text[],
    %(quantities)s::bigint[], %(differences)s::bigint[]
) WITH ORDINALITY AS c (item_id, location_id, as_of, kind, quantity, difference, place)
ORDER BY c.place
