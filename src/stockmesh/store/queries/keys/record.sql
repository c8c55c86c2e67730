-- Keys of requests that were done together, with their answers.
INSERT INTO request_key (caller, key, fingerprint, recorded_at, status, body, location)
SELECT a.caller, a.key, a.fingerprint, %(recorded_at)s, a.status, a.body, a.location
FROM unnest(
    %(callers)s::text[], %(keys)s::text[], %(fingerprints)s::bytea[], %(statuses)s::integer[], %(bodies)s::bytea[],
    %(locations)s::text[]
) AS a (caller, key, fingerprint, status, body, location)
ORDER BY a.caller, a.key
