-- Secrets and tokens of shops as they are encrypted now.
UPDATE shop AS s
SET
    secret = coalesce(n.secret, s.secret), former_secret = coalesce(n.former_secret, s.former_secret),
    token = coalesce(n.token, s.token)
FROM (
    SELECT
        i.shop_id,
        convert_to(max(t.sealed) FILTER (WHERE p.purpose LIKE 'shop secret %%'), 'UTF8') AS secret,
        convert_to(max(t.sealed) FILTER (WHERE p.purpose LIKE 'shop former secret %%'), 'UTF8') AS former_secret,
        convert_to(max(t.sealed) FILTER (WHERE p.purpose LIKE 'shop token %%'), 'UTF8') AS token
    FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS i (shop_id, place)
    JOIN unnest(%(purposes)s::text[]) WITH ORDINALITY AS p (purpose, place) USING (place)
    JOIN unnest(%(secrets)s::text[]) WITH ORDINALITY AS t (sealed, place) USING (place)
    GROUP BY i.shop_id
) AS n
WHERE s.shop_id = n.shop_id
