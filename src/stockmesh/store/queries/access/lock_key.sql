-- A key, locked, so that nobody changes it between a look and a change.
SELECT key_id FROM access_key WHERE key_id = %(key_id)s FOR UPDATE
