-- A new API key, by its digest.
INSERT INTO access_key (key_id, digest, name, scopes, owners, locations, channels, created_at, expires_at)
VALUES (
    %(key_id)s, %(digest)s, %(name)s, %(scopes)s, %(owners)s, %(locations)s, %(channels)s, %(created_at)s,
    %(expires_at)s
)
