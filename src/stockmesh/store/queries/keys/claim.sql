-- Takes a key for a request, also one whose answer is kept no longer; no row when it has one that is.
INSERT INTO request_key AS k (caller, key, fingerprint, recorded_at)
VALUES (%(caller)s, %(key)s, %(fingerprint)s, %(recorded_at)s)
ON CONFLICT (caller, key) DO UPDATE
SET fingerprint = excluded.fingerprint, recorded_at = excluded.recorded_at, status = 0, body = NULL, location = '',
    etag = ''
WHERE k.recorded_at < %(oldest)s
RETURNING k.key
