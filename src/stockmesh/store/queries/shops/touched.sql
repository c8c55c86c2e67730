-- Which of a shop's items events touched: those that orders moved, those told themselves, all of an owner; and kits
-- made of them.
WITH touched AS (
    SELECT m.item_id FROM movement AS m WHERE m.order_id = ANY (%(orders)s::bigint[])
    UNION
    SELECT t.item_id::integer FROM unnest(%(items)s::bigint[]) AS t (item_id)
    UNION
    SELECT i.item_id FROM item AS i WHERE i.owner_id = ANY (%(owners)s::bigint[])
), concerned AS (
    SELECT t.item_id FROM touched AS t
    UNION
    SELECT k.kit_id FROM kit_component AS k JOIN touched AS t ON t.item_id = k.component_id
)
SELECT DISTINCT i.item_id
FROM concerned AS c
JOIN item AS i USING (item_id)
JOIN shop_variant AS v ON v.sku = i.sku AND v.shop_id = %(shop_id)s
WHERE i.owner_id = %(owner_id)s AND NOT i.superseded
ORDER BY i.item_id
