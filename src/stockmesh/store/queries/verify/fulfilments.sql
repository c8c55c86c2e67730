-- Locations that hold units of an order without a planned fulfilment there, and planned fulfilments that hold none.
WITH held AS (
    SELECT moved.order_id, moved.location_id, sum(moved.units)::bigint AS units
    FROM (
        SELECT m.order_id,
            CASE WHEN m.to_state = 'committed' THEN m.to_location ELSE m.from_location END AS location_id,
            CASE WHEN m.to_state = 'committed' THEN m.quantity ELSE -m.quantity END AS units
        FROM movement AS m
        WHERE m.order_id IS NOT NULL AND (m.to_state = 'committed') <> (m.from_state = 'committed')
    ) AS moved
    GROUP BY moved.order_id, moved.location_id
), planned AS (
    SELECT f.order_id, f.location_id, count(*) AS fulfilments
    FROM fulfilment AS f
    WHERE f.state = 'planned'
    GROUP BY f.order_id, f.location_id
)
SELECT
    order_id, NULL::text AS sku, l.code AS location, 'fulfilments' AS column_name,
    coalesce(planned.fulfilments, 0) AS book, coalesce(held.units, 0) AS journal
FROM planned
FULL JOIN held USING (order_id, location_id)
LEFT JOIN location AS l USING (location_id)
WHERE (planned.order_id IS NULL) <> (coalesce(held.units, 0) = 0)
ORDER BY order_id, l.code
LIMIT %(most)s
