-- The latest job of a file.
SELECT job_id, state::text AS state FROM import_job WHERE digest = %(digest)s ORDER BY job_id DESC LIMIT 1
