-- A job whose rows are about to be staged.
INSERT INTO import_job (kind, owner_id, digest, file_name, said, state, started_at)
VALUES (%(kind)s, %(owner_id)s, %(digest)s, %(file_name)s, %(said)s::jsonb, 'applying', %(started_at)s)
RETURNING job_id
