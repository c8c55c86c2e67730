-- Credit lines, the newest first: what was cancelled soon after its sale, and what came or will come back.
SELECT
    c.credit_id, c.reference, c.credited_at, c.customer, i.sku, i.title, c.quantity, c.unit_price_minor, c.kind,
    w.book_currency AS currency
FROM credit AS c
JOIN item AS i ON i.item_id = c.item_id
JOIN owner AS w ON w.owner_id = i.owner_id
WHERE
    (%(kind)s::text IS NULL OR c.kind = %(kind)s)
    AND (%(customer)s::text IS NULL OR c.customer = %(customer)s)
    AND (%(sku)s::text IS NULL OR i.sku = %(sku)s)
    AND (%(after_at)s::timestamptz IS NULL OR (c.credited_at, c.credit_id) < (%(after_at)s, %(after_id)s::bigint))
ORDER BY c.credited_at DESC, c.credit_id DESC
LIMIT %(count)s
