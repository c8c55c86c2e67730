-- Endpoints within reach, all of them or one, with what waits and how many secrets sign.
SELECT
    e.endpoint_id, e.url, e.topics, e.active, e.disabled_reason, e.created_at, e.succeeded_at,
    CASE WHEN e.rests_until > %(now)s THEN e.rests_until END AS rests_until, e.position,
    (SELECT count(*) FROM webhook_delivery AS d WHERE d.endpoint_id = e.endpoint_id AND d.state = 'due') AS due,
    (SELECT count(*) FROM webhook_secret AS s
        WHERE s.endpoint_id = e.endpoint_id AND (s.expires_at IS NULL OR s.expires_at > %(now)s)) AS secrets
FROM webhook_endpoint AS e
WHERE (%(endpoint_id)s::integer IS NULL OR e.endpoint_id = %(endpoint_id)s)
    AND (%(reach_owners)s::integer[] IS NULL OR e.owners <@ %(reach_owners)s::integer[])
    AND (%(reach_locations)s::integer[] IS NULL OR e.locations <@ %(reach_locations)s::integer[])
    AND (%(reach_channels)s::integer[] IS NULL OR e.channels <@ %(reach_channels)s::integer[])
ORDER BY e.endpoint_id
