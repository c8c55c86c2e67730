-- What an owner's items have at each location, there or on its way, and what orders wait for, sold alone or within kits.
SELECT
    i.sku, l.code AS location, (c.sellable - c.shortfall + c.coming)::bigint AS units,
    coalesce(w.units, 0)::bigint AS waiting
FROM (
    SELECT
        both_sides.item_id, both_sides.location_id, sum(both_sides.sellable) AS sellable,
        sum(both_sides.shortfall) AS shortfall, sum(both_sides.coming) AS coming
    FROM (
        SELECT s.item_id, s.location_id, s.sellable, s.shortfall, 0 AS coming FROM stock AS s
        UNION ALL
        SELECT n.item_id, n.location_id, 0, 0, n.quantity - n.received FROM incoming AS n WHERE n.received < n.quantity
    ) AS both_sides
    GROUP BY both_sides.item_id, both_sides.location_id
) AS c
JOIN item AS i ON i.item_id = c.item_id AND i.owner_id = %(owner_id)s AND i.sku = ANY (%(skus)s::text[])
    AND NOT i.superseded
JOIN location AS l ON l.location_id = c.location_id
LEFT JOIN (
    SELECT coalesce(k.component_id, o.item_id) AS item_id, sum(o.waiting * coalesce(k.quantity, 1)) AS units
    FROM order_line AS o
    LEFT JOIN kit_component AS k ON k.kit_id = o.item_id
    WHERE o.waiting > 0
    GROUP BY coalesce(k.component_id, o.item_id)
) AS w ON w.item_id = c.item_id
ORDER BY i.sku, l.code
