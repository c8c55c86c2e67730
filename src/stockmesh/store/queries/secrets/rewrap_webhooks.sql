-- Secrets of webhooks as they are encrypted now.
UPDATE webhook_secret AS s SET secret = n.secret
FROM (
    SELECT i.secret_id, t.secret
    FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS i (secret_id, place)
    JOIN unnest(%(secrets)s::text[]) WITH ORDINALITY AS t (secret, place) USING (place)
) AS n
WHERE s.secret_id = n.secret_id
