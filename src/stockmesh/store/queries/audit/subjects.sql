-- What a word may mean: an order by number or reference, an item by SKU, an owner by code.
SELECT 'order' AS kind, o.order_id AS subject_id FROM orders AS o WHERE o.order_id = %(number)s
UNION
SELECT 'order', o.order_id FROM orders AS o
JOIN channel AS c ON c.channel_id = o.channel_id
WHERE o.reference = %(name)s
UNION
SELECT 'item', i.item_id FROM item AS i WHERE i.sku = %(name)s
UNION
SELECT 'owner', w.owner_id FROM owner AS w WHERE w.code = %(name)s
ORDER BY kind, subject_id
