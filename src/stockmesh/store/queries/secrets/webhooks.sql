-- All secrets of webhooks, with what each is for.
SELECT secret_id, 'webhook ' || endpoint_id AS purpose, secret FROM webhook_secret ORDER BY secret_id
