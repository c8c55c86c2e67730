-- A command that came before under this key.
SELECT content, outcome::text AS outcome FROM command WHERE key = %(key)s
