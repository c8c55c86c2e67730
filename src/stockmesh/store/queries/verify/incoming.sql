-- Supply lines whose received units differ from the receipts booked against them.
SELECT
    NULL::bigint AS order_id, i.sku, l.code AS location, 'incoming ' || n.reference AS column_name,
    n.received AS book, coalesce(r.units, 0)::bigint AS journal
FROM incoming AS n
LEFT JOIN (
    SELECT m.item_id, m.to_location AS location_id, m.reference, sum(m.quantity) AS units
    FROM movement AS m
    WHERE m.from_state = 'inbound_transit'
    GROUP BY m.item_id, m.to_location, m.reference
) AS r USING (item_id, location_id, reference)
LEFT JOIN item AS i USING (item_id)
LEFT JOIN location AS l USING (location_id)
WHERE n.received <> coalesce(r.units, 0)
ORDER BY n.incoming_id
LIMIT %(most)s
