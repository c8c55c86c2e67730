-- What shops call items, by variant.
INSERT INTO shop_variant (shop_id, variant, product, stock_number, sku, managed, shipped)
SELECT t.shop_id, t.variant, t.product, t.stock_number, t.sku, t.managed, t.shipped
FROM jsonb_to_recordset(%(variants)s::jsonb) AS t (
    shop_id integer, variant text, product text, stock_number text, sku text, managed boolean, shipped boolean
)
ORDER BY t.shop_id, t.variant
ON CONFLICT (shop_id, variant) DO UPDATE SET
    product = excluded.product, stock_number = excluded.stock_number, sku = excluded.sku, managed = excluded.managed,
    shipped = excluded.shipped
