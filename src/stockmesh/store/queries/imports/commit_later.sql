-- The transaction's commit does not wait for the disk.
SET LOCAL synchronous_commit = off
