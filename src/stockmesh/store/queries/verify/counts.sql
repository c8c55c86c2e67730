-- Cells whose mark of the last count is not the newest count recorded.
SELECT
    NULL::bigint AS order_id, i.sku, l.code AS location, 'counted_as_of' AS column_name,
    (extract(epoch FROM s.counted_as_of) * 1000000)::bigint AS book,
    (extract(epoch FROM c.as_of) * 1000000)::bigint AS journal
FROM stock AS s
FULL JOIN (
    SELECT item_id, location_id, max(as_of) AS as_of FROM stock_count GROUP BY item_id, location_id
) AS c USING (item_id, location_id)
LEFT JOIN item AS i USING (item_id)
LEFT JOIN location AS l USING (location_id)
WHERE s.counted_as_of IS DISTINCT FROM c.as_of
ORDER BY i.sku, l.code
LIMIT %(most)s
