-- Thresholds and owners of some channels.
SELECT c.code, c.buffer_units, c.locations, o.code AS owner
FROM channel AS c
JOIN owner AS o USING (owner_id)
WHERE c.code = ANY (%(codes)s::text[])
    AND (%(reach_owners)s::integer[] IS NULL OR c.owner_id = ANY (%(reach_owners)s::integer[]))
    AND (%(reach_channels)s::integer[] IS NULL OR c.channel_id = ANY (%(reach_channels)s::integer[]))
ORDER BY c.code
