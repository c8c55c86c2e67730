-- Waits until no transaction relies on the world in force, and keeps it from others until this one ends.
SELECT world_id FROM world_current FOR UPDATE
