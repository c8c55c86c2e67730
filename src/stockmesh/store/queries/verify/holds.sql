-- Reserved units that differ from what open holds hold, and units of holds that are not open, cell by cell.
WITH held AS (
    SELECT
        u.item_id, u.location_id,
        coalesce(sum(u.quantity) FILTER (WHERE h.state = 'open'), 0)::bigint AS units,
        count(*) FILTER (WHERE h.state IS DISTINCT FROM 'open') AS strays
    FROM hold_unit AS u
    LEFT JOIN cart_hold AS h USING (hold_id)
    GROUP BY u.item_id, u.location_id
)
SELECT
    NULL::bigint AS order_id, i.sku, l.code AS location, 'reserved' AS column_name,
    coalesce(s.reserved, 0) AS book, coalesce(held.units, 0) AS journal
FROM stock AS s
FULL JOIN held USING (item_id, location_id)
LEFT JOIN item AS i USING (item_id)
LEFT JOIN location AS l USING (location_id)
WHERE coalesce(s.reserved, 0) <> coalesce(held.units, 0) OR coalesce(held.strays, 0) > 0
ORDER BY i.sku, l.code
LIMIT %(most)s
