-- Lets go of a lease, so that another need not wait.
DELETE FROM lease WHERE name = %(name)s AND owner = %(owner)s
