-- A new user, unless the name is taken.
INSERT INTO access_user (name, role, owners, locations, channels, created_at)
VALUES (%(name)s, %(role)s::access_role, %(owners)s, %(locations)s, %(channels)s, %(created_at)s)
ON CONFLICT (name) DO NOTHING
RETURNING user_id
