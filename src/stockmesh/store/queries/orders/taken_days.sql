-- How many orders location-days of a stretch of time have, as parallel arrays.
SELECT
    array_agg(location_id::bigint) AS location_id, array_agg((day - date '1970-01-01')::bigint) AS day,
    array_agg(taken::bigint) AS taken
FROM location_day
WHERE day BETWEEN %(first)s AND %(last)s AND taken > 0
