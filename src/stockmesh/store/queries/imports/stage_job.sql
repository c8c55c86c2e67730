-- How much of a file is staged, and how many of its rows were left out.
UPDATE import_job SET entries = %(entries)s, left_out = %(left_out)s WHERE job_id = %(job_id)s
