-- What the messages of a shop are signed with.
SELECT s.shop_id, s.code, s.kind::text AS kind, s.secret FROM shop AS s WHERE s.code = %(code)s
