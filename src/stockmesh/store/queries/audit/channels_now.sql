-- An owner's channels, by code.
SELECT c.code, c.name, c.buffer_units, c.locations FROM channel AS c WHERE c.owner_id = %(owner_id)s ORDER BY c.code
