-- A shop did not answer what it was asked: it is asked again later.
UPDATE shop_pull AS p
SET next_attempt_at = %(next_attempt_at)s, attempts = %(attempts)s, problem = %(problem)s
WHERE p.shop_id = %(shop_id)s AND p.subject = %(subject)s AND p.begun_at = %(begun_at)s
    AND p.next_attempt_at IS NOT NULL
