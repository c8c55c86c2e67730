-- The end of the upload whose job is done, whoever applied it.
UPDATE import_upload
SET state = 'done', finished_at = %(now)s, stop_wanted = false, step = ''
WHERE job_id = %(job_id)s AND state NOT IN ('done', 'cancelled')
