-- Locks every row of these items in key order: the last round of placing sees what nobody else can take.
SELECT count(*) AS rows FROM (
    SELECT 1 FROM stock WHERE item_id = ANY (%(items)s::bigint[]) ORDER BY item_id, location_id FOR UPDATE
) AS locked
