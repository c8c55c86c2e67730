-- Which units each fulfilment of an order was given: committed in all, and held now.
SELECT
    m.fulfilment_no, m.line_no, i.sku, i.title,
    sum(m.quantity) FILTER (WHERE m.cause = 'commit')::bigint AS committed,
    sum(CASE WHEN m.to_state = 'committed' THEN m.quantity ELSE -m.quantity END)::bigint AS held
FROM movement AS m
JOIN item AS i ON i.item_id = m.item_id
WHERE m.order_id = %(order_id)s AND (m.to_state = 'committed' OR m.from_state = 'committed')
GROUP BY m.fulfilment_no, m.line_no, i.sku, i.title
ORDER BY m.fulfilment_no, m.line_no, i.sku
