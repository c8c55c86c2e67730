-- What occurred after each count's instant and is in the books already: its net effect on both measures.
-- The movements of an item are read once, from the oldest of its instants on, however many locations are counted.
WITH asked AS MATERIALIZED (
    SELECT a.item_id::integer AS item_id, a.location_id::integer AS location_id, a.place,
        timestamptz '1970-01-01 00:00:00+00' + a.as_of_us * interval '1 microsecond' AS as_of
    FROM unnest(%(items)s::bigint[], %(locations)s::bigint[], %(instants_us)s::bigint[]) WITH ORDINALITY
        AS a (item_id, location_id, as_of_us, place)
)
SELECT
    asked.place, sum(end_of.units)::bigint AS on_hand,
    coalesce(sum(end_of.units) FILTER (WHERE end_of.state IN ('sellable', 'shortfall')), 0)::bigint AS free
FROM (SELECT item_id, min(as_of) AS as_of FROM asked GROUP BY item_id) AS oldest
CROSS JOIN LATERAL (
    SELECT n.occurred_at, n.quantity, n.from_location, n.from_state, n.to_location, n.to_state
    FROM movement AS n
    WHERE n.item_id = oldest.item_id AND n.occurred_at > oldest.as_of
    OFFSET 0 -- keeps the planner to one look into the index per item
) AS m
CROSS JOIN LATERAL (
    VALUES (m.to_location, m.to_state, m.quantity), (m.from_location, m.from_state, -m.quantity)
) AS end_of (location_id, state, units)
JOIN asked
    ON asked.item_id = oldest.item_id AND asked.location_id = end_of.location_id AND asked.as_of < m.occurred_at
GROUP BY asked.place
ORDER BY asked.place
