-- An endpoint is left alone until an instant, or no longer.
UPDATE webhook_endpoint SET rests_until = %(until)s WHERE endpoint_id = %(endpoint_id)s
