-- How an attempt went, and what comes next. A failure counts once, whoever else attempted the same meanwhile.
UPDATE webhook_delivery
SET state = %(state)s::text::delivery_state, attempts = attempts + 1, attempted_at = %(now)s,
    next_attempt_at = %(next_attempt_at)s, status = %(status)s, took_ms = %(took_ms)s, problem = %(problem)s,
    excerpt = %(excerpt)s
WHERE delivery_id = %(delivery_id)s AND state = 'due' AND (%(state)s::text = 'delivered' OR attempts = %(attempts)s)
