-- A channel's thresholds and owner.
SELECT c.buffer_units, c.locations, o.code AS owner
FROM channel AS c
JOIN owner AS o USING (owner_id)
WHERE c.code = %(code)s
    AND (%(reach_owners)s::integer[] IS NULL OR c.owner_id = ANY (%(reach_owners)s::integer[]))
    AND (%(reach_channels)s::integer[] IS NULL OR c.channel_id = ANY (%(reach_channels)s::integer[]))
