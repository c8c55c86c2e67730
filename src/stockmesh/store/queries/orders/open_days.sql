-- Makes sure the location-days that are about to be taken have a row.
INSERT INTO location_day (location_id, day, capacity)
SELECT asked.location_id::integer, date '1970-01-01' + asked.day::integer, asked.capacity::integer
FROM unnest(%(locations)s::bigint[], %(days)s::bigint[], %(capacities)s::bigint[]) AS asked (location_id, day, capacity)
ORDER BY 1, 2
ON CONFLICT DO NOTHING
