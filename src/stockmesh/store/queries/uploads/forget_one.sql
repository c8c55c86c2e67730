-- An upload is forgotten with its bytes, problems and rejected rows; the import stays.
DELETE FROM import_upload WHERE upload_id = %(upload_id)s
