-- What was asked with some keys and what was answered; keys that are kept no longer are free again.
WITH forgotten AS (
    DELETE FROM request_key AS k
    USING unnest(%(callers)s::text[], %(keys)s::text[]) AS a (caller, key)
    WHERE k.caller = a.caller AND k.key = a.key AND k.recorded_at < %(oldest)s
)
SELECT k.caller, k.key, k.fingerprint, k.status, k.body, k.location, k.etag
FROM unnest(%(callers)s::text[], %(keys)s::text[]) AS a (caller, key)
JOIN request_key AS k USING (caller, key)
WHERE k.recorded_at >= %(oldest)s
ORDER BY k.caller, k.key
