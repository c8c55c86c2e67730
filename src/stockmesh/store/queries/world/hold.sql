-- The world and catalogue in force, held so that nobody publishes others before this transaction ends.
SELECT world_id, catalogue_version FROM world_current FOR SHARE
