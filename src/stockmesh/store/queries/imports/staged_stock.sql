-- What some staged rows of stock name.
SELECT row_no, sku, location FROM import_stock
WHERE job_id = %(job_id)s AND row_no = ANY (%(rows)s::bigint[])
ORDER BY row_no
