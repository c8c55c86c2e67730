-- Counts that came before under the same reference, for the same items, places and instants, in the order asked.
SELECT asked.place, c.kind, c.quantity, c.difference
FROM unnest(%(items)s::bigint[], %(locations)s::bigint[], %(instants_us)s::bigint[]) WITH ORDINALITY
    AS asked (item_id, location_id, as_of_us, place)
JOIN stock_count AS c
    ON c.item_id = asked.item_id::integer AND c.location_id = asked.location_id::integer
    AND c.as_of = timestamptz '1970-01-01 00:00:00+00' + asked.as_of_us * interval '1 microsecond'
WHERE c.reference = %(reference)s
ORDER BY asked.place
