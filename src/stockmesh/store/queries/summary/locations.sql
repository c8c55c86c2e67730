-- What each location was given to do.
SELECT l.code, count(f.order_id) AS shipments, coalesce(sum(f.parcels), 0)::bigint AS parcels
FROM location AS l
LEFT JOIN fulfilment AS f ON f.location_id = l.location_id AND f.state = 'planned'
GROUP BY l.code
ORDER BY l.code
