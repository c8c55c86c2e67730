-- The e-mail addresses that some orders go to.
SELECT DISTINCT lower(e.email) AS email FROM order_contact AS e
WHERE e.order_id = ANY (%(orders)s::bigint[]) AND e.email <> ''
ORDER BY email
