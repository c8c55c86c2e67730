-- The first ids of fresh blocks, ascending.
SELECT nextval(%(sequence)s::regclass) AS first FROM generate_series(1, %(blocks)s) ORDER BY first
