-- The codes of the channels within reach.
SELECT c.code
FROM channel AS c
WHERE (%(reach_owners)s::integer[] IS NULL OR c.owner_id = ANY (%(reach_owners)s::integer[]))
    AND (%(reach_channels)s::integer[] IS NULL OR c.channel_id = ANY (%(reach_channels)s::integer[]))
ORDER BY c.code
