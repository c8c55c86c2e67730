-- The location-days that an order's planned fulfilments have taken.
SELECT location_id, slot_day - date '1970-01-01' AS day, count(*) AS orders
FROM fulfilment
WHERE order_id = %(order_id)s AND state = 'planned'
GROUP BY location_id, slot_day
ORDER BY location_id, slot_day
