-- Takes (or, negative, gives back) orders on location-days.
UPDATE location_day AS d
SET taken = d.taken + asked.orders::integer
FROM unnest(%(locations)s::bigint[], %(days)s::bigint[], %(orders)s::bigint[]) AS asked (location_id, day, orders)
WHERE d.location_id = asked.location_id::integer AND d.day = date '1970-01-01' + asked.day::integer
