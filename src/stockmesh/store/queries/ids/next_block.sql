-- The first id of a fresh block.
SELECT nextval(%(sequence)s::regclass) AS first
