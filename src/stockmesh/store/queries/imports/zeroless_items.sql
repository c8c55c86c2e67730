-- Staged items that are new and whose number is a known one without its leading zeros: their rows, in order.
WITH widths AS MATERIALIZED (
    SELECT DISTINCT length(sku) AS digits
    FROM item
    WHERE owner_id = %(owner_id)s AND NOT superseded AND sku LIKE '0%%' AND sku ~ '^[0-9]+$'
)
SELECT array_agg(DISTINCT s.row_no::bigint ORDER BY s.row_no::bigint) AS row_no
FROM widths AS w
JOIN import_item AS s
    ON s.job_id = %(job_id)s AND s.sku ~ '^[1-9][0-9]*$' AND length(s.sku) < w.digits
JOIN item AS k ON k.sku = lpad(s.sku, w.digits, '0') AND k.owner_id = %(owner_id)s AND NOT k.superseded
WHERE NOT EXISTS (
    SELECT FROM item AS i WHERE i.sku = s.sku AND i.owner_id = %(owner_id)s AND NOT i.superseded
)
