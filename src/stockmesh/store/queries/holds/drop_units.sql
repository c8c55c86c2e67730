-- Holds that are closed hold nothing.
DELETE FROM hold_unit WHERE hold_id = ANY (%(holds)s::bigint[])
