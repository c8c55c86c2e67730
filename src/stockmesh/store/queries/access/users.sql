-- Users within reach by name, all of them or one, with how many sessions they have.
SELECT
    u.user_id, u.name, u.role::text AS role, u.created_at, u.signed_in_at, u.disabled_at,
    (SELECT array_agg(o.code ORDER BY o.code) FROM owner AS o WHERE o.owner_id = ANY (u.owners)) AS owners,
    (SELECT array_agg(l.code ORDER BY l.code) FROM location AS l WHERE l.location_id = ANY (u.locations)) AS locations,
    (SELECT array_agg(c.code ORDER BY c.code) FROM channel AS c WHERE c.channel_id = ANY (u.channels)) AS channels,
    (
        SELECT count(*) FROM login_session AS s
        WHERE s.user_id = u.user_id AND s.created_at > %(begun_after)s AND s.seen_at > %(seen_after)s
    ) AS sessions
FROM access_user AS u
WHERE (%(name)s::text IS NULL OR u.name = %(name)s)
    AND (%(reach_owners)s::integer[] IS NULL OR u.owners <@ %(reach_owners)s::integer[])
    AND (%(reach_locations)s::integer[] IS NULL OR u.locations <@ %(reach_locations)s::integer[])
    AND (%(reach_channels)s::integer[] IS NULL OR u.channels <@ %(reach_channels)s::integer[])
ORDER BY u.name
