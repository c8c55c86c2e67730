-- Puts a world version in force.
INSERT INTO world_current (world_id) VALUES (%(world_id)s)
ON CONFLICT (singleton) DO UPDATE SET world_id = excluded.world_id
