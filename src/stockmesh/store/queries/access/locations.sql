-- Locations by code that are within reach.
SELECT l.location_id AS number, l.code
FROM location AS l
WHERE l.code = ANY (%(codes)s::text[])
    AND (%(reach_locations)s::integer[] IS NULL OR l.location_id = ANY (%(reach_locations)s::integer[]))
ORDER BY l.location_id
