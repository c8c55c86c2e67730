-- How many shipments went from each location to each postal area.
SELECT f.location_id, o.country, o.area, count(*) AS shipments
FROM fulfilment AS f
JOIN orders AS o USING (order_id)
WHERE f.state = 'planned'
GROUP BY f.location_id, o.country, o.area
ORDER BY f.location_id, o.country, o.area
