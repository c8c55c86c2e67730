-- One upload, locked.
SELECT
    upload_id, kind, file_name, asked::text AS asked, state::text AS state, holder, stop_wanted, job_id,
    report::text AS report
FROM import_upload
WHERE upload_id = %(upload_id)s
FOR UPDATE
