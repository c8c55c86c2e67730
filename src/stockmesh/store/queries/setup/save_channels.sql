-- The channels of an owner, by code; a code that belongs to another owner is left alone. Answers those saved.
INSERT INTO channel (owner_id, code, name, buffer_units, locations)
SELECT %(owner_id)s, c.code, c.name, c.buffer_units, c.locations
FROM jsonb_to_recordset(%(channels)s::jsonb) AS c (code text, name text, buffer_units bigint, locations text[])
ORDER BY c.code
ON CONFLICT (code) DO UPDATE
SET name = excluded.name, buffer_units = excluded.buffer_units, locations = excluded.locations
WHERE channel.owner_id = excluded.owner_id
RETURNING code
