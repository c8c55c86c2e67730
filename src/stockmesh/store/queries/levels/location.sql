-- A location by code.
SELECT location_id FROM location WHERE code = %(code)s
