-- Whether variants are counted and shipped, as the goods behind them were told. Answers those that are others now.
UPDATE shop_variant AS v
SET managed = coalesce(t.managed, v.managed), shipped = coalesce(t.shipped, v.shipped)
FROM jsonb_to_recordset(%(goods)s::jsonb) AS t (stock_number text, managed boolean, shipped boolean)
WHERE v.shop_id = %(shop_id)s AND v.stock_number = t.stock_number
    AND (coalesce(t.managed, v.managed), coalesce(t.shipped, v.shipped)) IS DISTINCT FROM (v.managed, v.shipped)
RETURNING v.sku
