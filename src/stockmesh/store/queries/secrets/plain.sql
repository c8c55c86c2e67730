-- Whether a secret lies in plain text: a row if so.
SELECT 1 AS found
FROM (
    SELECT w.secret FROM webhook_secret AS w
    UNION ALL SELECT convert_from(s.secret, 'UTF8') FROM shop AS s
    UNION ALL SELECT convert_from(s.token, 'UTF8') FROM shop AS s WHERE s.token <> ''
    UNION ALL SELECT convert_from(s.former_secret, 'UTF8') FROM shop AS s WHERE s.former_secret <> ''
) AS k
WHERE k.secret NOT LIKE 'sealed:1:%%'
LIMIT 1
