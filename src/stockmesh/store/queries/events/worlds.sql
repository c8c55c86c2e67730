-- The world versions that events are about.
SELECT world_id AS subject_id, world_id, digest FROM world
WHERE world_id = ANY (%(subjects)s::bigint[])
ORDER BY world_id
