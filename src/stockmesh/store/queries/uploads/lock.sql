-- One upload within reach, locked.
SELECT
    upload_id, kind, file_name, asked::text AS asked, state::text AS state, holder, stop_wanted, job_id,
    report::text AS report, (SELECT w.owner_id FROM owner AS w WHERE w.code = asked ->> 'owner') AS owner_id
FROM import_upload
WHERE upload_id = %(upload_id)s
    AND kind = ANY (%(kinds)s::text[])
    AND (%(reach_owners)s::integer[] IS NULL OR EXISTS (
        SELECT FROM owner AS o WHERE o.code = asked ->> 'owner' AND o.owner_id = ANY (%(reach_owners)s::integer[])
    ))
FOR UPDATE
