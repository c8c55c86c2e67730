-- Movements whose accounts cannot be: an inside state outside the network, an outside state at a location, or an item
-- or a location that does not exist.
WITH wrong AS MATERIALIZED (
    SELECT m.movement_id, m.order_id, m.item_id, greatest(m.from_location, m.to_location) AS location_id, m.quantity
    FROM movement AS m
    WHERE
        (m.from_state <= 'shortfall') <> (m.from_location <> 0)
        OR (m.to_state <= 'shortfall') <> (m.to_location <> 0)
        OR m.from_location NOT IN (SELECT l.location_id FROM location AS l UNION ALL SELECT 0)
        OR m.to_location NOT IN (SELECT l.location_id FROM location AS l UNION ALL SELECT 0)
        OR m.item_id NOT IN (SELECT i.item_id FROM item AS i)
)
SELECT
    w.order_id, i.sku, l.code AS location, 'movement ' || w.movement_id AS column_name, w.quantity AS book,
    0::bigint AS journal
FROM wrong AS w
LEFT JOIN item AS i USING (item_id)
LEFT JOIN location AS l USING (location_id)
ORDER BY w.movement_id
LIMIT %(most)s
