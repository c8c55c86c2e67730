-- Channels by code that are within reach, with whose they are.
SELECT c.channel_id AS number, c.code, c.owner_id
FROM channel AS c
WHERE c.code = ANY (%(codes)s::text[])
    AND (%(reach_owners)s::integer[] IS NULL OR c.owner_id = ANY (%(reach_owners)s::integer[]))
    AND (%(reach_channels)s::integer[] IS NULL OR c.channel_id = ANY (%(reach_channels)s::integer[]))
ORDER BY c.channel_id
