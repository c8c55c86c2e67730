-- A user's role and reach.
UPDATE access_user
SET role = %(role)s::access_role, owners = %(owners)s, locations = %(locations)s, channels = %(channels)s
WHERE user_id = %(user_id)s
