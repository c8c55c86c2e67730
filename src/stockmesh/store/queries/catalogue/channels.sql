-- Every channel with its buffer and the locations that may serve it.
SELECT channel_id, owner_id, code, name, buffer_units, locations FROM channel ORDER BY code
