-- The last block: how far events are sealed.
SELECT b.block_no, b.last_position, b.sealed_at, encode(b.digest, 'hex') AS digest
FROM event_block AS b
ORDER BY b.block_no DESC
LIMIT 1
