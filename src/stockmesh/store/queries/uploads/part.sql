-- Some bytes of a file, or of its rejected rows; no row after the last.
SELECT body FROM import_part WHERE upload_id = %(upload_id)s AND is_reject = %(is_reject)s AND part_no = %(part_no)s
