-- Days already begun get the capacity that their location has now, but never less than what is taken.
UPDATE location_day AS d
SET capacity = greatest((l.body ->> 'daily_orders_max')::integer, d.taken)
FROM location AS l
WHERE l.location_id = d.location_id AND d.capacity <> greatest((l.body ->> 'daily_orders_max')::integer, d.taken)
