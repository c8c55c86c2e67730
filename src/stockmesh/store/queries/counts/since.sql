-- What occurred after each count's instant and is in the books already: its net effect on both measures.
-- Every movement of the items is read once, however many locations are counted.
WITH asked AS MATERIALIZED (
    SELECT a.item_id::integer AS item_id, a.location_id::integer AS location_id, a.as_of, a.place
    FROM unnest(%(items)s::bigint[], %(locations)s::bigint[], %(instants)s::timestamptz[]) WITH ORDINALITY
        AS a (item_id, location_id, as_of, place)
)
SELECT
    asked.place, sum(end_of.units)::bigint AS on_hand,
    coalesce(sum(end_of.units) FILTER (WHERE end_of.state IN ('sellable', 'shortfall')), 0)::bigint AS free
FROM movement AS m
CROSS JOIN LATERAL (
    VALUES (m.to_location, m.to_state, m.quantity), (m.from_location, m.from_state, -m.quantity)
) AS end_of (location_id, state, units)
JOIN asked ON asked.item_id = m.item_id AND asked.location_id = end_of.location_id AND asked.as_of < m.occurred_at
WHERE
    m.item_id = ANY (ARRAY(SELECT DISTINCT i.item_id FROM asked AS i))
    AND m.occurred_at > (SELECT min(t.as_of) FROM asked AS t)
GROUP BY asked.place
ORDER BY asked.place
