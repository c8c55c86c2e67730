-- An upload is to be checked once more.
UPDATE import_upload
SET state = 'waiting', asked = %(asked)s::jsonb, holder = '', report = NULL, checked_at = NULL, finished_at = NULL
WHERE upload_id = %(upload_id)s
