-- Units an order still holds, by item, location, line and fulfilment, in the order in which stock rows are locked.
SELECT item_id, location_id, line_no, fulfilment_no, sum(units)::bigint AS quantity
FROM (
    SELECT item_id, to_location AS location_id, line_no, fulfilment_no, quantity AS units
    FROM movement WHERE order_id = %(order_id)s AND to_state = 'committed'
    UNION ALL
    SELECT item_id, from_location, line_no, fulfilment_no, -quantity
    FROM movement WHERE order_id = %(order_id)s AND from_state = 'committed'
) AS moved
GROUP BY item_id, location_id, line_no, fulfilment_no
HAVING sum(units) > 0
ORDER BY item_id, location_id, line_no, fulfilment_no
