-- An upload is worked on by one holder from now on.
UPDATE import_upload
SET
    holder = %(holder)s, step = '', step_done = 0, step_total = 0,
    state = CASE WHEN state = 'applying' THEN state ELSE 'checking' END
WHERE upload_id = %(upload_id)s AND state IN ('waiting', 'checking', 'applying')
RETURNING upload_id, kind, file_name, asked::text AS asked, state::text AS state, job_id
