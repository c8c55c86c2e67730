-- Takes orders on location-days, in key order; what another system promised is not refused for want of room.
INSERT INTO location_day (location_id, day, capacity, taken)
SELECT
    asked.location_id::integer, date '1970-01-01' + asked.day::integer,
    greatest(asked.capacity, asked.orders)::integer, asked.orders::integer
FROM unnest(%(locations)s::bigint[], %(days)s::bigint[], %(orders)s::bigint[], %(capacities)s::bigint[])
    AS asked (location_id, day, orders, capacity)
ORDER BY 1, 2
ON CONFLICT (location_id, day) DO UPDATE
SET
    taken = location_day.taken + excluded.taken,
    capacity = greatest(location_day.capacity, location_day.taken + excluded.taken)
