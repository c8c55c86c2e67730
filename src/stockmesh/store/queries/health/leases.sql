-- Who does the work that one process does for all, and for how long yet.
SELECT name, owner, extract(epoch FROM until - clock_timestamp())::float8 AS seconds_left FROM lease ORDER BY name
