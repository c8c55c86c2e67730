-- A batch of a job is in the books.
UPDATE import_job
SET
    position = %(position)s, created = created + %(created)s, changed = changed + %(changed)s,
    unchanged = unchanged + %(unchanged)s, older = older + %(older)s, refused = refused + %(refused)s
WHERE job_id = %(job_id)s
