-- Who finds a key taken by a transaction that is still going on does not wait for it.
SET LOCAL lock_timeout = '100ms'
