-- Uploads within reach, the newest first, each with what its job came to.
SELECT
    u.upload_id, u.kind, u.file_name, u.bytes, u.asked::text AS asked, u.state::text AS state, u.stop_wanted, u.step,
    u.step_done, u.step_total, u.report::text AS report, u.job_id, u.received_at, u.checked_at, u.finished_at,
    EXISTS (
        SELECT FROM import_part AS p WHERE p.upload_id = u.upload_id AND p.is_reject
    ) AS has_rejects,
    j.entries, j.position, j.created, j.changed, j.unchanged, j.older, j.refused, j.left_out
FROM import_upload AS u
LEFT JOIN import_job AS j USING (job_id)
WHERE (%(upload_id)s::integer IS NULL OR u.upload_id = %(upload_id)s::integer)
    AND (%(kind)s::text IS NULL OR u.kind = %(kind)s::text)
    AND (%(state)s::text IS NULL OR u.state = %(state)s::upload_state)
    AND (%(before)s::integer IS NULL OR u.upload_id < %(before)s::integer)
    AND u.kind = ANY (%(kinds)s::text[])
    AND (%(reach_owners)s::integer[] IS NULL OR EXISTS (
        SELECT FROM owner AS o WHERE o.code = u.asked ->> 'owner' AND o.owner_id = ANY (%(reach_owners)s::integer[])
    ))
ORDER BY u.upload_id DESC
LIMIT %(count)s
