-- A delivery is due again, with all its attempts before it.
UPDATE webhook_delivery SET state = 'due', attempts = 0, created_at = %(now)s, next_attempt_at = %(now)s
WHERE delivery_id = %(delivery_id)s
RETURNING endpoint_id
