-- A shop with its messages and all that is known of it; the orders it brought stay.
DELETE FROM shop WHERE code = %(code)s
