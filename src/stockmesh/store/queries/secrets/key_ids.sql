-- The keys that secrets in the books are encrypted under.
SELECT DISTINCT split_part(k.secret, ':', 3) AS key_id
FROM (
    SELECT w.secret FROM webhook_secret AS w
    UNION ALL SELECT convert_from(s.secret, 'UTF8') FROM shop AS s
    UNION ALL SELECT convert_from(s.token, 'UTF8') FROM shop AS s
    UNION ALL SELECT convert_from(s.former_secret, 'UTF8') FROM shop AS s
) AS k
WHERE k.secret LIKE 'sealed:1:%%'
ORDER BY key_id
