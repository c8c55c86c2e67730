-- The keys that secrets in the books are encrypted under.
SELECT DISTINCT split_part(secret, ':', 3) AS key_id FROM webhook_secret WHERE secret LIKE 'sealed:1:%%' ORDER BY key_id
