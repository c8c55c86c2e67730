-- Everything else waits for its locks as usual.
SET LOCAL lock_timeout TO DEFAULT
