-- The cells of some items at every location that stocks or expects them, by location.
SELECT
    l.code AS location, l.location_id, cell.item_id, coalesce(s.sellable, 0) AS sellable,
    coalesce(s.shortfall, 0) AS shortfall, coalesce(s.safety_stock, 0) AS safety_stock,
    coalesce(coming.units, 0)::bigint AS incoming, coming.next_due,
    row_number() OVER (ORDER BY l.code, cell.item_id) AS place
FROM (
    SELECT h.item_id, h.location_id FROM stock AS h WHERE h.item_id = ANY (%(items)s::bigint[])
    UNION
    SELECT n.item_id, n.location_id FROM incoming AS n
    WHERE n.item_id = ANY (%(items)s::bigint[]) AND n.received < n.quantity
) AS cell
JOIN location AS l ON l.location_id = cell.location_id
    AND (%(reach_locations)s::integer[] IS NULL OR l.location_id = ANY (%(reach_locations)s::integer[]))
LEFT JOIN stock AS s ON s.item_id = cell.item_id AND s.location_id = cell.location_id
CROSS JOIN LATERAL (
    SELECT sum(n.quantity - n.received) AS units, min(n.due_on) AS next_due
    FROM incoming AS n
    WHERE n.item_id = cell.item_id AND n.location_id = cell.location_id AND n.received < n.quantity
) AS coming
ORDER BY l.code, cell.item_id
