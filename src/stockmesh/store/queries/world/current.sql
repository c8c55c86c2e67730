-- The world version and catalogue version in force.
SELECT world_id, catalogue_version FROM world_current
