-- The channels within reach by code, with whose they are; whoever is restricted to locations is told of these alone, and
-- of no channel that uses none of them.
SELECT c.code, o.code AS owner, c.name, c.buffer_units, served.locations
FROM channel AS c
JOIN owner AS o USING (owner_id)
CROSS JOIN LATERAL (
    SELECT coalesce(array_agg(said.code ORDER BY said.place), '{}') AS locations
    FROM unnest(c.locations) WITH ORDINALITY AS said (code, place)
    LEFT JOIN location AS l ON l.code = said.code
    WHERE %(reach_locations)s::integer[] IS NULL OR l.location_id = ANY (%(reach_locations)s::integer[])
) AS served
WHERE
    (%(reach_owners)s::integer[] IS NULL OR c.owner_id = ANY (%(reach_owners)s::integer[]))
    AND (%(reach_channels)s::integer[] IS NULL OR c.channel_id = ANY (%(reach_channels)s::integer[]))
    AND (c.locations = '{}' OR served.locations <> '{}')
ORDER BY c.code
