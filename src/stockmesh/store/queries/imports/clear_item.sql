-- Staged rows that are in the books, or that will not come there.
DELETE FROM import_item
WHERE job_id = %(job_id)s AND (%(rows)s::bigint[] IS NULL OR row_no = ANY (%(rows)s::bigint[]))
