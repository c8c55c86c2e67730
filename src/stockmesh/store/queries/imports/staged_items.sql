-- What some staged rows of items name.
SELECT row_no, sku FROM import_item
WHERE job_id = %(job_id)s AND row_no = ANY (%(rows)s::bigint[])
ORDER BY row_no
