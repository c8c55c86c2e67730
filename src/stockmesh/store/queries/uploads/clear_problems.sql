-- Problems that were found are found anew.
DELETE FROM import_problem WHERE upload_id = %(upload_id)s
