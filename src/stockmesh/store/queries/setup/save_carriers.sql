-- Carriers with their services and cards, by code.
INSERT INTO carrier (code, body)
SELECT c.code, c.body FROM jsonb_to_recordset(%(carriers)s::jsonb) AS c (code text, body jsonb) ORDER BY c.code
ON CONFLICT (code) DO UPDATE SET body = excluded.body
