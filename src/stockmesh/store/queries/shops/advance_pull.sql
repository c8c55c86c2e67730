-- A page is stored: the pull goes on from the next, or has come to its end. No row when another was faster.
UPDATE shop_pull AS p
SET
    position = %(position)s, read = p.read + %(read)s, expected = coalesce(%(expected)s::bigint, p.expected),
    next_attempt_at = %(next_attempt_at)s, attempts = 0, problem = '', ended_at = %(ended_at)s
WHERE p.shop_id = %(shop_id)s AND p.subject = %(subject)s AND p.begun_at = %(begun_at)s AND p.position = %(before)s
    AND p.next_attempt_at IS NOT NULL
RETURNING p.shop_id
