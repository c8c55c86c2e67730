-- One endpoint, locked.
SELECT endpoint_id, active, succeeded_at FROM webhook_endpoint WHERE endpoint_id = %(endpoint_id)s FOR UPDATE
