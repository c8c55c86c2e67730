-- The channels of an owner, by code.
INSERT INTO channel (owner_id, code, name, buffer_units, locations)
SELECT %(owner_id)s, c.code, c.name, c.buffer_units, c.locations
FROM jsonb_to_recordset(%(channels)s::jsonb) AS c (code text, name text, buffer_units bigint, locations text[])
ORDER BY c.code
ON CONFLICT (code) DO UPDATE
SET name = excluded.name, buffer_units = excluded.buffer_units, locations = excluded.locations
