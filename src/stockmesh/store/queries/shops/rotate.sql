-- A shop signs with another secret; the one before is taken until an instant. No row for a shop nobody knows.
UPDATE shop SET former_secret = %(former)s, former_until = %(until)s, secret = %(secret)s
WHERE code = %(code)s
RETURNING shop_id
