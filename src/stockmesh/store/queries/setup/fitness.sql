-- What a database must offer before it can hold books.
SELECT current_setting('server_version_num')::int / 10000 AS version,
       current_setting('server_encoding') AS encoding,
       pg_is_in_recovery() AS standby,
       to_regnamespace('public') IS NOT NULL
           AND has_schema_privilege('public', 'CREATE') AS may_create
