-- Whether a secret lies in plain text: a row if so.
SELECT 1 AS found FROM webhook_secret WHERE secret NOT LIKE 'sealed:1:%%' LIMIT 1
