-- The end of an upload.
UPDATE import_upload
SET state = %(state)s::upload_state, finished_at = %(now)s, stop_wanted = false, step = ''
WHERE upload_id = %(upload_id)s
