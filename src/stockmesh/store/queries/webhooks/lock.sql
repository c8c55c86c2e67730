-- One endpoint within reach, locked.
SELECT endpoint_id, active, succeeded_at
FROM webhook_endpoint
WHERE endpoint_id = %(endpoint_id)s
    AND (%(reach_owners)s::integer[] IS NULL OR owners <@ %(reach_owners)s::integer[])
    AND (%(reach_locations)s::integer[] IS NULL OR locations <@ %(reach_locations)s::integer[])
    AND (%(reach_channels)s::integer[] IS NULL OR channels <@ %(reach_channels)s::integer[])
FOR UPDATE
