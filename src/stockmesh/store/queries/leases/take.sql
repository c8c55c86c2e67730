-- Takes or renews a lease; no row when it is another's. Until the transaction ends nobody else takes it.
INSERT INTO lease (name, owner, until)
VALUES (%(name)s, %(owner)s, clock_timestamp() + make_interval(secs => %(seconds)s))
ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
WHERE lease.owner = excluded.owner OR lease.until < clock_timestamp()
RETURNING owner
