-- One world version.
SELECT world_id, digest, recorded_at, body::text AS body FROM world WHERE world_id = %(world_id)s
