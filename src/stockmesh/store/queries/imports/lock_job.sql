-- A job, locked: its batches are applied one after the other, whoever applies them.
SELECT
    j.job_id, j.kind, j.owner_id, o.code AS owner, j.digest, j.file_name, j.said::text AS said, j.state::text AS state,
    j.entries, j.position, j.created, j.changed, j.unchanged, j.older, j.refused, j.left_out, j.started_at,
    j.finished_at
FROM import_job AS j
LEFT JOIN owner AS o USING (owner_id)
WHERE j.job_id = %(job_id)s
FOR UPDATE OF j
