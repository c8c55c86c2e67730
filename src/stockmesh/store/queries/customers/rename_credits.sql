-- The customer of an owner's credit notes goes by another name from now on.
UPDATE credit AS k SET customer = %(pseudonym)s
FROM item AS i
JOIN owner AS w ON w.owner_id = i.owner_id
WHERE i.item_id = k.item_id AND k.customer = %(name)s AND k.customer <> '' AND w.code = %(owner)s
