-- Locations, by code.
INSERT INTO location (code, body)
SELECT l.code, l.body FROM jsonb_to_recordset(%(locations)s::jsonb) AS l (code text, body jsonb) ORDER BY l.code
ON CONFLICT (code) DO UPDATE SET body = excluded.body
