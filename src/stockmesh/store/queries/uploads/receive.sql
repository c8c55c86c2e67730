-- A file that was brought.
INSERT INTO import_upload (kind, file_name, bytes, asked, state, received_at)
VALUES (%(kind)s, %(file_name)s, %(bytes)s, %(asked)s::jsonb, 'waiting', %(received_at)s)
RETURNING upload_id
