-- An item by SKU.
SELECT item_id, sku, title, is_kit FROM item WHERE sku = %(sku)s ORDER BY item_id LIMIT 1
