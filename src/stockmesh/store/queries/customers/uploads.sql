-- Files of orders of an owner that are kept, whole or in what is wrong with them: any of them may name anybody.
SELECT u.upload_id
FROM import_upload AS u
WHERE u.kind = 'orders' AND u.asked ->> 'owner' = %(owner)s AND (
    EXISTS (SELECT FROM import_part AS p WHERE p.upload_id = u.upload_id)
    OR EXISTS (SELECT FROM import_problem AS p WHERE p.upload_id = u.upload_id)
)
ORDER BY u.upload_id
