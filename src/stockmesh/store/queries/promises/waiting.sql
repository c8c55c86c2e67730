-- Units of items that orders wait for already, sold as themselves or within kits.
SELECT part.item_id, sum(w.waiting * part.units)::bigint AS units
FROM (
    SELECT i.item_id, i.item_id AS sold_as, 1::bigint AS units
    FROM item AS i
    WHERE i.item_id = ANY (%(items)s::bigint[])
    UNION ALL
    SELECT k.component_id, k.kit_id, k.quantity
    FROM kit_component AS k
    WHERE k.component_id = ANY (%(items)s::bigint[])
) AS part
JOIN order_line AS w ON w.item_id = part.sold_as AND w.waiting > 0
GROUP BY part.item_id
ORDER BY part.item_id
