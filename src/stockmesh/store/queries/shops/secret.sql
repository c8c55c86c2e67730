-- What the messages of a shop are signed with, and until when with the secret before.
SELECT s.shop_id, s.code, s.kind::text AS kind, s.secret, s.former_secret, s.former_until
FROM shop AS s
WHERE s.code = %(code)s
