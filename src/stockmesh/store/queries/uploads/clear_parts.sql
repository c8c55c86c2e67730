-- The bytes of a file, or of its rejected rows, are needed no more.
DELETE FROM import_part WHERE upload_id = %(upload_id)s AND is_reject = %(is_reject)s
