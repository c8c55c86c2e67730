-- An order was looked up; unless it is to be looked up once more.
DELETE FROM shop_pull AS p
WHERE p.shop_id = %(shop_id)s AND p.subject = %(subject)s AND p.begun_at = %(begun_at)s
