-- Items whose SKU is one of these but for capitals, blanks, punctuation and leading zeros.
SELECT sku, ltrim(regexp_replace(lower(sku), '[^a-z0-9]', '', 'g'), '0') AS plain
FROM item
WHERE
    owner_id = %(owner_id)s AND NOT superseded
    AND ltrim(regexp_replace(lower(sku), '[^a-z0-9]', '', 'g'), '0') = ANY (%(plain)s::text[])
ORDER BY sku
LIMIT 1000
