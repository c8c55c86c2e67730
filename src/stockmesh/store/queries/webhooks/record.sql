-- How an attempt went, and what comes next.
UPDATE webhook_delivery
SET state = %(state)s::delivery_state, attempts = attempts + 1, attempted_at = %(now)s,
    next_attempt_at = %(next_attempt_at)s, status = %(status)s, took_ms = %(took_ms)s, problem = %(problem)s,
    excerpt = %(excerpt)s
WHERE delivery_id = %(delivery_id)s AND state = 'due'
