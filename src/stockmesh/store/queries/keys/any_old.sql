-- Whether an answer was kept long enough.
SELECT EXISTS (SELECT FROM request_key WHERE recorded_at < %(oldest)s) AS old
