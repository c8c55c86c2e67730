-- Shortfalls that were never announced.
SELECT
    NULL::bigint AS order_id, i.sku, l.code AS location, 'shortfall' AS column_name, s.shortfall AS book,
    0::bigint AS journal
FROM stock AS s
LEFT JOIN item AS i USING (item_id)
LEFT JOIN location AS l USING (location_id)
WHERE s.shortfall > 0 AND NOT EXISTS (
    SELECT FROM event AS e
    WHERE e.subject_id = s.item_id AND e.kind = 'stock_shortfall' AND e.body ->> 'location' = l.code
)
ORDER BY i.sku, l.code
LIMIT %(most)s
