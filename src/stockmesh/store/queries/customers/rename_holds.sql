-- Carts held for customers of an owner go under their pseudonyms.
UPDATE cart_hold AS h
SET customer = n.pseudonym
FROM unnest(%(names)s::text[], %(pseudonyms)s::text[]) AS n (name, pseudonym), channel AS c, owner AS o
WHERE h.customer = n.name AND c.channel_id = h.channel_id AND o.owner_id = c.owner_id AND o.code = %(owner)s
