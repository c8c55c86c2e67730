-- A shop is left alone for a while, or all is well with it.
UPDATE shop SET rests_until = %(until)s, problem = %(problem)s, failures = %(failures)s WHERE shop_id = %(shop_id)s
