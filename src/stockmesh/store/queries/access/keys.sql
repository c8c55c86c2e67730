-- Keys within reach, all of them or one, the newest first; those revoked last.
SELECT
    k.key_id, k.name, k.scopes, k.created_at, k.expires_at, k.used_at, k.revoked_at,
    (SELECT array_agg(o.code ORDER BY o.code) FROM owner AS o WHERE o.owner_id = ANY (k.owners)) AS owners,
    (SELECT array_agg(l.code ORDER BY l.code) FROM location AS l WHERE l.location_id = ANY (k.locations)) AS locations,
    (SELECT array_agg(c.code ORDER BY c.code) FROM channel AS c WHERE c.channel_id = ANY (k.channels)) AS channels
FROM access_key AS k
WHERE (%(key_id)s::text IS NULL OR k.key_id = %(key_id)s)
    AND (%(reach_owners)s::integer[] IS NULL OR k.owners <@ %(reach_owners)s::integer[])
    AND (%(reach_locations)s::integer[] IS NULL OR k.locations <@ %(reach_locations)s::integer[])
    AND (%(reach_channels)s::integer[] IS NULL OR k.channels <@ %(reach_channels)s::integer[])
ORDER BY k.revoked_at IS NOT NULL, k.created_at DESC, k.key_id
