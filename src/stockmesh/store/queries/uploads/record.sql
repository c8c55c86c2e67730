-- A file that a command imports from where it lies: its rows are staged, its bytes are not kept.
INSERT INTO import_upload (kind, file_name, bytes, asked, state, report, job_id, received_at, checked_at)
VALUES (
    %(kind)s, %(file_name)s, %(bytes)s, %(asked)s::jsonb, 'applying', %(report)s::jsonb, %(job_id)s, %(now)s, %(now)s
)
RETURNING upload_id
