-- Whose a lease is, and whether it has run out.
SELECT owner, until < clock_timestamp() AS lapsed FROM lease WHERE name = %(name)s
