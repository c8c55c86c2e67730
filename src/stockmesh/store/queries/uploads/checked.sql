-- What checking came to; no row is touched when another holds the upload.
UPDATE import_upload
SET
    state = %(state)s::upload_state, report = %(report)s::jsonb, job_id = %(job_id)s, checked_at = %(now)s,
    finished_at = CASE WHEN %(state)s = 'failed' THEN %(now)s END, step = '', step_done = 0, step_total = 0
WHERE upload_id = %(upload_id)s AND holder = %(holder)s AND state = 'checking'
