-- Locks some cells of stock in key order and answers their shortfall.
SELECT s.item_id, s.location_id, s.shortfall
FROM stock AS s
JOIN (
    SELECT DISTINCT item_id::integer AS item_id, location_id::integer AS location_id
    FROM unnest(%(items)s::bigint[], %(locations)s::bigint[]) AS a (item_id, location_id)
) AS asked USING (item_id, location_id)
ORDER BY s.item_id, s.location_id
FOR UPDATE OF s
