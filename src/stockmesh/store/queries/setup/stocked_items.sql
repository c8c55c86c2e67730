-- Which of these SKUs are no kits yet and have units of their own, or orders that wait for some.
SELECT i.sku
FROM item AS i
WHERE
    i.owner_id = %(owner_id)s AND i.sku = ANY (%(skus)s::text[]) AND NOT i.superseded AND NOT i.is_kit
    AND (
        EXISTS (
            SELECT FROM stock AS s
            WHERE
                s.item_id = i.item_id
                AND s.sellable + s.committed + s.reserved + s.quality_control + s.damaged + s.refurbish + s.shortfall > 0
        )
        OR EXISTS (SELECT FROM incoming AS n WHERE n.item_id = i.item_id AND n.received < n.quantity)
        OR EXISTS (SELECT FROM order_line AS l WHERE l.item_id = i.item_id AND l.waiting > 0)
    )
ORDER BY i.sku
