-- All of a job is in the books.
UPDATE import_job SET state = 'done', finished_at = %(finished_at)s WHERE job_id = %(job_id)s
