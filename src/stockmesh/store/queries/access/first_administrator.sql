-- The first administrator who reaches everything, and whether any administrator has ever signed in.
SELECT
    u.name, (SELECT bool_or(a.signed_in_at IS NOT NULL) FROM access_user AS a WHERE a.role = 'administrator') AS begun
FROM access_user AS u
WHERE u.role = 'administrator' AND u.disabled_at IS NULL
    AND u.owners IS NULL AND u.locations IS NULL AND u.channels IS NULL
ORDER BY u.user_id
LIMIT 1
