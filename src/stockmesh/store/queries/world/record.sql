-- Records a world version once; answers its number.
WITH added AS (
    INSERT INTO world (digest, recorded_at, body) VALUES (%(digest)s, %(recorded_at)s, %(body)s)
    ON CONFLICT (digest) DO NOTHING RETURNING world_id
)
SELECT world_id FROM added UNION ALL SELECT world_id FROM world WHERE digest = %(digest)s
