-- The locations within reach as documents, with what they hold of how many items within it.
SELECT
    l.code, l.body::text AS body, coalesce(held.items, 0) AS items, coalesce(held.sellable, 0) AS sellable,
    coalesce(held.committed, 0) AS committed
FROM location AS l
LEFT JOIN (
    SELECT
        s.location_id, count(*) AS items, sum(s.sellable)::bigint AS sellable, sum(s.committed)::bigint AS committed
    FROM stock AS s
    WHERE
        %(reach_owners)s::integer[] IS NULL
        OR s.item_id IN (SELECT i.item_id FROM item AS i WHERE i.owner_id = ANY (%(reach_owners)s::integer[]))
    GROUP BY s.location_id
) AS held ON held.location_id = l.location_id
WHERE %(reach_locations)s::integer[] IS NULL OR l.location_id = ANY (%(reach_locations)s::integer[])
ORDER BY l.code
