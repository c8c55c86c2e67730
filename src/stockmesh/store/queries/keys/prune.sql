-- Forgets answers that were kept long enough, some at a time.
DELETE FROM request_key
WHERE (caller, key) IN (
    SELECT k.caller, k.key FROM request_key AS k
    WHERE k.recorded_at < %(oldest)s ORDER BY k.recorded_at LIMIT %(most)s
    FOR UPDATE SKIP LOCKED
)
