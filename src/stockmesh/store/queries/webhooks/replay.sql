-- A delivery is due again, with all its attempts before it, if its endpoint is within reach.
UPDATE webhook_delivery AS d SET state = 'due', attempts = 0, created_at = %(now)s, next_attempt_at = %(now)s
FROM webhook_endpoint AS e
WHERE d.delivery_id = %(delivery_id)s AND e.endpoint_id = d.endpoint_id
    AND (%(reach_owners)s::integer[] IS NULL OR e.owners <@ %(reach_owners)s::integer[])
    AND (%(reach_locations)s::integer[] IS NULL OR e.locations <@ %(reach_locations)s::integer[])
    AND (%(reach_channels)s::integer[] IS NULL OR e.channels <@ %(reach_channels)s::integer[])
RETURNING d.endpoint_id
