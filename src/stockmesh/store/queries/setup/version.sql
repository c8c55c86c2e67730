-- The schema's version.
SELECT version_num FROM schema_version
