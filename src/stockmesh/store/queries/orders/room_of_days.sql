-- The orders already taken on location-days of a stretch of time.
SELECT location_id, day - date '1970-01-01' AS day, capacity - taken AS room
FROM location_day
WHERE day BETWEEN %(first)s AND %(last)s
ORDER BY location_id, day
