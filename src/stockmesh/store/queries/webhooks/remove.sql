-- An endpoint with its secrets and its log.
DELETE FROM webhook_endpoint WHERE endpoint_id = %(endpoint_id)s
