-- Every channel by code, with whose it is.
SELECT c.code, o.code AS owner, c.name, c.buffer_units, c.locations
FROM channel AS c
JOIN owner AS o USING (owner_id)
ORDER BY c.code
