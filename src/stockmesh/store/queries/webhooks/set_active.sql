-- An endpoint is sent to, or is not and says why.
UPDATE webhook_endpoint SET active = %(active)s, disabled_reason = %(reason)s WHERE endpoint_id = %(endpoint_id)s
