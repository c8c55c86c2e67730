-- How many holds of a customer in a channel and of a caller are open, expired ones that nobody swept left out.
SELECT
    count(*) FILTER (WHERE customer = %(customer)s AND %(customer)s <> '' AND channel_id = %(channel_id)s) AS customer,
    count(*) FILTER (WHERE caller = %(caller)s) AS caller
FROM cart_hold
WHERE
    state = 'open' AND expires_at > %(now)s
    AND (caller = %(caller)s OR (customer = %(customer)s AND customer <> ''))
