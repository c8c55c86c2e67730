-- The answer to the request that took a key.
UPDATE request_key SET status = %(status)s, body = %(body)s, location = %(location)s, etag = %(etag)s
WHERE caller = %(caller)s AND key = %(key)s
