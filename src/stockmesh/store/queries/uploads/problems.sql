-- A page of problems, in the order of the file.
SELECT place, row_no AS "row", column_name AS "column", value, reason, suggestion
FROM import_problem
WHERE upload_id = %(upload_id)s AND place > %(after)s AND (%(reason)s::text IS NULL OR reason = %(reason)s::text)
ORDER BY place
LIMIT %(count)s
