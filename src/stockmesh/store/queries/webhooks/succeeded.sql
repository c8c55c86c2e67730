-- An endpoint has taken a message.
UPDATE webhook_endpoint SET succeeded_at = %(now)s
WHERE endpoint_id = %(endpoint_id)s AND (succeeded_at IS NULL OR succeeded_at < %(now)s - interval '1 minute')
