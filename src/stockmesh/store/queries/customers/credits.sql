-- The credit notes of an owner's customer.
SELECT k.reference, k.credited_at, i.sku, i.title, k.quantity, k.unit_price_minor, k.kind
FROM credit AS k
JOIN item AS i ON i.item_id = k.item_id
JOIN owner AS w ON w.owner_id = i.owner_id
WHERE k.customer = %(name)s AND k.customer <> '' AND w.code = %(owner)s
ORDER BY k.credited_at, k.credit_id
