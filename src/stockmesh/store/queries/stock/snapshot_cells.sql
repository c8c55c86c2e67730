-- What items could give before channel buffers at the locations of their lists, as parallel arrays. An
-- item on two lists may be answered twice.
SELECT
    array_agg(s.item_id::bigint) AS item_id, array_agg(s.location_id::bigint) AS location_id,
    array_agg(s.sellable - s.safety_stock) AS available
FROM unnest(%(items)s::bigint[], %(lists)s::bigint[]) AS a (item_id, list_no)
JOIN (
    SELECT l.list_no, array_agg(l.location_id::integer) AS locations
    FROM unnest(%(list_nos)s::bigint[], %(locations)s::bigint[]) AS l (list_no, location_id)
    GROUP BY l.list_no
) AS b USING (list_no)
CROSS JOIN LATERAL (
    SELECT c.item_id, c.location_id, c.sellable, c.safety_stock
    FROM stock AS c
    WHERE c.item_id = a.item_id::integer AND c.location_id = ANY (b.locations)
    OFFSET 0 -- keeps the planner to one look into the index per item and list
) AS s
