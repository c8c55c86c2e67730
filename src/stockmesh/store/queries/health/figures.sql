-- How the work beside the orders stands: events without position, deliveries, imports, units short, the schema.
SELECT
    relay.announcements, relay.events,
    coalesce(extract(epoch FROM clock_timestamp() - relay.since), 0)::float8 AS relay_seconds,
    (SELECT count(*) FROM webhook_delivery WHERE state = 'due')::bigint AS deliveries_due,
    (
        SELECT count(*) FROM webhook_delivery WHERE state = 'due' AND next_attempt_at < clock_timestamp()
    )::bigint AS deliveries_late,
    (SELECT count(*) FROM import_job WHERE state = 'applying')::bigint AS imports_applying,
    (SELECT coalesce(sum(entries - position), 0) FROM import_job WHERE state = 'applying')::bigint AS imports_rows_left,
    (SELECT world_id FROM world_current) AS world,
    (SELECT version_num FROM schema_version) AS schema_version,
    current_setting('server_version') AS server_version,
    pg_postmaster_start_time() AS server_since
FROM (
    SELECT
        count(*)::bigint AS announcements, coalesce(sum(w.events), 0)::bigint AS events,
        (
            SELECT e.recorded_at FROM announcement AS a JOIN event AS e ON e.event_id = a.first_event_id
            ORDER BY a.announcement_id LIMIT 1
        ) AS since
    FROM (SELECT events FROM announcement ORDER BY announcement_id LIMIT %(most)s) AS w
) AS relay
