-- A job is given up: what it has not applied yet will not come.
UPDATE import_job SET state = 'cancelled', finished_at = %(finished_at)s WHERE job_id = %(job_id)s AND state = 'applying'
