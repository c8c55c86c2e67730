-- Everything a world version is made of, as documents.
SELECT 'location' AS kind, code AS name, body::text AS body FROM location
UNION ALL
SELECT 'carrier', code, body::text FROM carrier
UNION ALL
SELECT 'setting', name, body::text FROM setting
ORDER BY kind, name
