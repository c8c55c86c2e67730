-- The carts of a customer go by another name from now on.
UPDATE cart_hold AS h SET customer = %(pseudonym)s
FROM channel AS c
JOIN owner AS o USING (owner_id)
WHERE c.channel_id = h.channel_id AND o.code = %(owner)s AND h.customer = %(name)s AND h.customer <> ''
