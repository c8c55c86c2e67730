-- All users, locked, so that two changes at once cannot both take away the last administrator.
SELECT
    user_id, name, role::text AS role, disabled_at,
    role = 'administrator' AND disabled_at IS NULL AND owners IS NULL AND locations IS NULL AND channels IS NULL
    AS governs,
    (
        (%(reach_owners)s::integer[] IS NULL OR owners <@ %(reach_owners)s::integer[])
        AND (%(reach_locations)s::integer[] IS NULL OR locations <@ %(reach_locations)s::integer[])
        AND (%(reach_channels)s::integer[] IS NULL OR channels <@ %(reach_channels)s::integer[])
    ) IS TRUE AS within
FROM access_user
ORDER BY user_id
FOR UPDATE
