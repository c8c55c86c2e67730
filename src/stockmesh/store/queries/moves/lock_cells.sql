-- Whole cells of stock, locked in key order.
SELECT
    s.item_id, s.location_id, s.sellable, s.committed, s.reserved, s.quality_control, s.damaged, s.refurbish,
    s.shortfall, s.safety_stock, s.counted_as_of, s.counted_kind
FROM stock AS s
JOIN unnest(%(items)s::bigint[], %(locations)s::bigint[]) AS asked (item_id, location_id)
    ON s.item_id = asked.item_id::integer AND s.location_id = asked.location_id::integer
ORDER BY s.item_id, s.location_id
FOR UPDATE OF s
