-- Movements whose accounts cannot be: an inside state outside the network, an outside state at a location.
SELECT
    m.order_id, i.sku, l.code AS location, 'movement ' || m.movement_id AS column_name, m.quantity AS book,
    0::bigint AS journal
FROM movement AS m
LEFT JOIN item AS i USING (item_id)
LEFT JOIN location AS l ON l.location_id = greatest(m.from_location, m.to_location)
WHERE
    (m.from_state <= 'shortfall') <> (m.from_location <> 0) OR (m.to_state <= 'shortfall') <> (m.to_location <> 0)
    OR (m.from_location <> 0 AND NOT EXISTS (SELECT FROM location AS f WHERE f.location_id = m.from_location))
    OR (m.to_location <> 0 AND NOT EXISTS (SELECT FROM location AS t WHERE t.location_id = m.to_location))
    OR i.item_id IS NULL
ORDER BY m.movement_id
LIMIT %(most)s
