-- How far an upload is; answers whether somebody wants it stopped. No row when another holds it.
UPDATE import_upload
SET step = %(step)s, step_done = %(done)s, step_total = %(total)s
WHERE upload_id = %(upload_id)s AND holder = %(holder)s AND state IN ('checking', 'applying')
RETURNING stop_wanted
