-- Some bytes of a file, or of its rejected rows.
INSERT INTO import_part (upload_id, is_reject, part_no, body)
VALUES (%(upload_id)s, %(is_reject)s, %(part_no)s, %(body)s)
