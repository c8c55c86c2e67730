-- What items are called.
SELECT item_id, sku, title FROM item WHERE item_id = ANY (%(items)s::bigint[]) ORDER BY item_id
