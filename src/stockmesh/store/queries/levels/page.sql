-- One page of cells by SKU and location, with what is on its way to them and what waits for their item.
WITH page AS (
    SELECT i.item_id, i.sku, o.code AS owner, i.title, l.code, s.location_id
    FROM stock AS s
    JOIN item AS i ON i.item_id = s.item_id
    JOIN owner AS o ON o.owner_id = i.owner_id
    JOIN location AS l ON l.location_id = s.location_id
    WHERE
        (%(search)s::text IS NULL OR i.sku ILIKE %(search)s || '%%' OR i.title ILIKE '%%' || %(search)s || '%%')
        AND (%(reach_owners)s::integer[] IS NULL OR i.owner_id = ANY (%(reach_owners)s::integer[]))
        AND (%(reach_locations)s::integer[] IS NULL OR s.location_id = ANY (%(reach_locations)s::integer[]))
        AND (%(owner)s::text IS NULL OR o.code = %(owner)s)
        AND (%(location)s::text IS NULL OR l.code = %(location)s)
        AND (%(sku)s::text IS NULL OR i.sku = %(sku)s)
        AND (NOT %(only_short)s OR s.shortfall > 0)
        AND (NOT %(only_below_safety)s OR s.sellable < s.safety_stock)
        AND (NOT %(only_out)s OR s.sellable <= s.safety_stock + %(buffer)s)
        AND (
            NOT %(only_waiting)s
            OR EXISTS (SELECT FROM order_line AS w WHERE w.item_id = s.item_id AND w.waiting > 0)
            OR EXISTS (
                SELECT FROM kit_component AS k
                JOIN order_line AS w ON w.item_id = k.kit_id AND w.waiting > 0
                WHERE k.component_id = s.item_id
            )
        )
        AND (
            %(after_sku)s::text IS NULL
            OR (i.sku, i.item_id, l.code) > (%(after_sku)s, %(after_item)s::integer, %(after_location)s::text)
        )
    ORDER BY i.sku, i.item_id, l.code
    LIMIT %(count)s
), items AS (
    SELECT DISTINCT item_id FROM page
), sold AS (
    SELECT item_id, item_id AS sold_as, 1::bigint AS units FROM items
    UNION ALL
    SELECT k.component_id, k.kit_id, k.quantity FROM kit_component AS k JOIN items AS i ON i.item_id = k.component_id
), waits AS (
    SELECT s.item_id, sum(w.waiting * s.units) AS units
    FROM sold AS s
    JOIN order_line AS w ON w.item_id = s.sold_as AND w.waiting > 0
    GROUP BY s.item_id
)
SELECT
    p.item_id, p.sku, p.owner, p.title, p.code AS location, s.sellable, s.committed, s.reserved, s.quality_control,
    s.damaged, s.refurbish, s.shortfall, s.safety_stock,
    s.sellable + s.committed + s.reserved + s.quality_control + s.damaged + s.refurbish - s.shortfall AS on_hand,
    greatest(s.sellable - s.safety_stock - %(buffer)s, 0) AS available,
    least(s.sellable, s.safety_stock + %(buffer)s) AS withheld,
    coalesce(coming.units, 0)::bigint AS incoming, coming.next_due, coalesce(waits.units, 0)::bigint AS waiting,
    s.counted_as_of, s.counted_kind
FROM page AS p
JOIN stock AS s ON s.item_id = p.item_id AND s.location_id = p.location_id
CROSS JOIN LATERAL (
    SELECT sum(n.quantity - n.received) AS units, min(n.due_on) AS next_due
    FROM incoming AS n
    WHERE n.item_id = p.item_id AND n.location_id = p.location_id AND n.received < n.quantity
) AS coming
LEFT JOIN waits ON waits.item_id = p.item_id
ORDER BY p.sku, p.item_id, p.code
