-- A location by code.
SELECT location_id FROM location
WHERE code = %(code)s
    AND (%(reach_locations)s::integer[] IS NULL OR location_id = ANY (%(reach_locations)s::integer[]))
