-- The secrets that sign for some endpoints now, the newest first.
SELECT endpoint_id, secret FROM webhook_secret
WHERE endpoint_id = ANY (%(endpoints)s::bigint[]) AND (expires_at IS NULL OR expires_at > %(now)s)
ORDER BY endpoint_id, secret_id DESC
