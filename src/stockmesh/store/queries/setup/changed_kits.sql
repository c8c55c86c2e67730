-- Kits that were made of other things, or of other quantities, than they are to be made of now.
WITH kit AS (
    SELECT item_id, sku FROM item WHERE owner_id = %(owner_id)s AND sku = ANY (%(skus)s::text[]) AND NOT superseded
), known AS (
    SELECT k.kit_id, k.component_id, k.quantity FROM kit_component AS k JOIN kit ON kit.item_id = k.kit_id
), asked AS (
    SELECT kit.item_id AS kit_id, part.item_id AS component_id, a.quantity
    FROM jsonb_to_recordset(%(components)s::jsonb) AS a (kit text, component text, quantity bigint)
    JOIN kit ON kit.sku = a.kit
    JOIN item AS part ON part.owner_id = %(owner_id)s AND part.sku = a.component AND NOT part.superseded
)
SELECT DISTINCT other.kit_id
FROM ((TABLE known EXCEPT TABLE asked) UNION ALL (TABLE asked EXCEPT TABLE known)) AS other
WHERE other.kit_id IN (SELECT kit_id FROM known)
ORDER BY other.kit_id
