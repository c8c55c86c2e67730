-- The locations within reach as documents.
SELECT l.body::text AS body
FROM location AS l
WHERE %(reach_locations)s::integer[] IS NULL OR l.location_id = ANY (%(reach_locations)s::integer[])
ORDER BY l.code
