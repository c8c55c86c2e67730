-- Locks the location-days that are about to be taken, in key order, and answers how many orders each has.
SELECT d.location_id, d.day - date '1970-01-01' AS day, d.taken
FROM location_day AS d
JOIN unnest(%(locations)s::bigint[], %(days)s::bigint[]) AS asked (location_id, day)
    ON d.location_id = asked.location_id::integer AND d.day = date '1970-01-01' + asked.day::integer
ORDER BY d.location_id, d.day
FOR UPDATE OF d
