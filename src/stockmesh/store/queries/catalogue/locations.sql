-- Every location by code.
SELECT location_id, code, body::text AS body FROM location ORDER BY code
