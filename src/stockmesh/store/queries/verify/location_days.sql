-- Location-days whose orders taken differ from the planned fulfilments of the day.
SELECT
    NULL::bigint AS order_id, NULL::text AS sku, l.code AS location, day::text AS column_name,
    coalesce(d.taken, 0)::bigint AS book, coalesce(p.fulfilments, 0) AS journal
FROM location_day AS d
FULL JOIN (
    SELECT f.location_id, f.slot_day AS day, count(*) AS fulfilments
    FROM fulfilment AS f
    WHERE f.state = 'planned'
    GROUP BY f.location_id, f.slot_day
) AS p USING (location_id, day)
LEFT JOIN location AS l USING (location_id)
WHERE coalesce(d.taken, 0) <> coalesce(p.fulfilments, 0)
ORDER BY l.code, day
LIMIT %(most)s
