-- Secrets that have ended are gone.
DELETE FROM webhook_secret WHERE endpoint_id = %(endpoint_id)s AND expires_at <= %(now)s
