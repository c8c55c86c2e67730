-- Whoever works on the upload shall stop.
UPDATE import_upload SET stop_wanted = true WHERE upload_id = %(upload_id)s
