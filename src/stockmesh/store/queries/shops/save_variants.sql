-- What shops call items, by variant. What is not told of one stays as it is; of a new one it is as the goods behind it
-- were told, or it is taken for a thing that is counted and shipped.
INSERT INTO shop_variant AS v (shop_id, variant, product, stock_number, sku, managed, shipped)
SELECT
    t.shop_id, t.variant, t.product, t.stock_number, t.sku,
    coalesce(t.managed, o.managed, (k.content ->> 'managed')::boolean, true),
    coalesce(t.shipped, o.shipped, (k.content ->> 'shipped')::boolean, true)
FROM jsonb_to_recordset(%(variants)s::jsonb) AS t (
    shop_id integer, variant text, product text, stock_number text, sku text, managed boolean, shipped boolean
)
LEFT JOIN shop_variant AS o ON o.shop_id = t.shop_id AND o.variant = t.variant
LEFT JOIN shop_subject AS k ON k.shop_id = t.shop_id AND k.subject = 'goods/' || t.stock_number
ORDER BY t.shop_id, t.variant
ON CONFLICT (shop_id, variant) DO UPDATE SET
    product = excluded.product, stock_number = excluded.stock_number, sku = excluded.sku, managed = excluded.managed,
    shipped = excluded.shipped
