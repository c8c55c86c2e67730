-- The imports that are still to bring in orders of whoever goes by a name or an e-mail address.
SELECT DISTINCT j.job_id
FROM import_job AS j
JOIN import_document AS d ON d.job_id = j.job_id
WHERE
    j.state = 'applying' AND j.kind = 'orders'
    AND (
        d.body #>> '{request,customer}' = %(name)s
        OR lower(d.body #>> '{request,contact,email}') = lower(%(name)s)
    )
ORDER BY j.job_id
