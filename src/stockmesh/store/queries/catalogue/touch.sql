-- Tells every process that items, kits or channels have changed.
UPDATE world_current SET catalogue_version = catalogue_version + 1
