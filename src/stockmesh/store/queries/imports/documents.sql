-- A batch of staged documents.
SELECT row_no, body::text AS body FROM import_document
WHERE job_id = %(job_id)s AND place > %(after)s AND place <= %(upto)s
ORDER BY place
