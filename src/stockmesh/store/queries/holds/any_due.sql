-- Whether the time of an open hold is over.
SELECT EXISTS (SELECT FROM cart_hold WHERE state = 'open' AND expires_at <= %(now)s) AS due
