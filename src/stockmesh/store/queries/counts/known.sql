-- Counts that came before under the same reference, for the same items, places and instants, in the order asked.
SELECT asked.place, c.kind, c.quantity, c.difference
FROM unnest(%(items)s::bigint[], %(locations)s::bigint[], %(instants)s::timestamptz[]) WITH ORDINALITY
    AS asked (item_id, location_id, as_of, place)
JOIN stock_count AS c
    ON c.item_id = asked.item_id::integer AND c.location_id = asked.location_id::integer AND c.as_of = asked.as_of
WHERE c.reference = %(reference)s
ORDER BY asked.place
