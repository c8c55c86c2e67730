-- The secrets that stand end at an instant; they go on signing until then.
UPDATE webhook_secret SET expires_at = %(expires_at)s WHERE endpoint_id = %(endpoint_id)s AND expires_at IS NULL
