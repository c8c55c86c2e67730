-- Whether the database knows its schema's version.
SELECT to_regclass('schema_version') IS NOT NULL
