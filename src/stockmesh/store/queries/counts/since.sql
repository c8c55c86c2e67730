-- What occurred after each count's instant and is in the books already: its net effect on both measures.
SELECT asked.place, sum(moved.on_hand)::bigint AS on_hand, sum(moved.free)::bigint AS free
FROM unnest(%(items)s::bigint[], %(locations)s::bigint[], %(instants)s::timestamptz[]) WITH ORDINALITY
    AS asked (item_id, location_id, as_of, place)
JOIN movement AS m
    ON m.item_id = asked.item_id::integer AND m.occurred_at > asked.as_of
    AND (m.to_location = asked.location_id OR m.from_location = asked.location_id)
CROSS JOIN LATERAL (
    SELECT
        CASE WHEN m.to_location = asked.location_id THEN m.quantity ELSE 0 END
        - CASE WHEN m.from_location = asked.location_id THEN m.quantity ELSE 0 END AS on_hand,
        CASE WHEN m.to_location = asked.location_id AND m.to_state IN ('sellable', 'shortfall')
            THEN m.quantity ELSE 0 END
        - CASE WHEN m.from_location = asked.location_id AND m.from_state IN ('sellable', 'shortfall')
            THEN m.quantity ELSE 0 END AS free
) AS moved
GROUP BY asked.place
ORDER BY asked.place
