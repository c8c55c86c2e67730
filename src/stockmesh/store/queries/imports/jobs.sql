-- The latest jobs, newest first; where only those not done are asked for, all of them.
SELECT
    j.job_id, j.kind, j.owner_id, o.code AS owner, j.digest, j.file_name, j.said::text AS said, j.state::text AS state,
    j.entries, j.position, j.created, j.changed, j.unchanged, j.older, j.refused, j.left_out, j.started_at,
    j.finished_at
FROM import_job AS j
LEFT JOIN owner AS o USING (owner_id)
WHERE (%(state)s::import_state IS NULL OR j.state = %(state)s::import_state)
    AND (%(job_id)s::integer IS NULL OR j.job_id = %(job_id)s::integer)
ORDER BY j.job_id DESC
LIMIT %(most)s
