-- Uploads that were brought long ago are forgotten, whatever became of them; the imports stay.
DELETE FROM import_upload
WHERE received_at < %(before)s AND state IN ('checked', 'done', 'failed', 'cancelled')
