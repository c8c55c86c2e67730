-- Units of an item that orders wait for, sold as themselves or within kits.
SELECT coalesce(sum(w.waiting * sold.units), 0)::bigint AS units
FROM (
    SELECT former.item_id AS sold_as, 1::bigint AS units
    FROM item AS i
    JOIN item AS former USING (owner_id, sku)
    WHERE i.item_id = %(item_id)s
    UNION ALL
    SELECT k.kit_id, k.quantity FROM kit_component AS k WHERE k.component_id = %(item_id)s
) AS sold
JOIN order_line AS w ON w.item_id = sold.sold_as AND w.waiting > 0
