-- Supply lines named by reference, item and location, locked in key order; places are those of the question.
SELECT asked.place, n.incoming_id, n.quantity, n.received
FROM unnest(%(references)s::text[], %(items)s::bigint[], %(locations)s::bigint[]) WITH ORDINALITY
    AS asked (reference, item_id, location_id, place)
JOIN incoming AS n
    ON n.reference = asked.reference AND n.item_id = asked.item_id AND n.location_id = asked.location_id
ORDER BY n.incoming_id, asked.place
FOR UPDATE OF n
