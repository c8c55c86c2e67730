-- What shops sign with and what opens them, with what each is for.
SELECT s.shop_id AS secret_id, t.purpose || s.code AS purpose, convert_from(t.sealed, 'UTF8') AS secret
FROM shop AS s
CROSS JOIN LATERAL (
    VALUES ('shop secret ', s.secret), ('shop former secret ', s.former_secret), ('shop token ', s.token)
) AS t (purpose, sealed)
WHERE t.sealed <> ''
ORDER BY s.shop_id, purpose
