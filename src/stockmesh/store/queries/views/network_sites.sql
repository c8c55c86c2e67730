-- All locations as documents, with what they hold of how many items.
SELECT
    l.code, l.body::text AS body, coalesce(held.items, 0) AS items, coalesce(held.sellable, 0) AS sellable,
    coalesce(held.committed, 0) AS committed
FROM location AS l
LEFT JOIN (
    SELECT
        s.location_id, count(*) AS items, sum(s.sellable)::bigint AS sellable, sum(s.committed)::bigint AS committed
    FROM stock AS s
    GROUP BY s.location_id
) AS held ON held.location_id = l.location_id
ORDER BY l.code
