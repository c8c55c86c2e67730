-- The waiting units of some orders, and which lines are for the items asked for (all when none are named), in themselves
-- or within kits.
SELECT
    l.order_id, l.line_no, l.item_id, i.sku, l.waiting, l.unit_price_minor,
    %(wanted)s::bigint[] IS NULL OR l.item_id = ANY (%(wanted)s::bigint[]) OR EXISTS (
        SELECT FROM kit_component AS k WHERE k.kit_id = l.item_id AND k.component_id = ANY (%(wanted)s::bigint[])
    ) AS wanted
FROM order_line AS l
JOIN item AS i USING (item_id)
WHERE l.order_id = ANY (%(orders)s::bigint[]) AND l.waiting > 0
ORDER BY l.order_id, l.line_no
