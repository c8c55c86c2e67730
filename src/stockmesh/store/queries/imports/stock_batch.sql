-- A batch of staged stock as parallel arrays in key order, and how many were staged.
SELECT
    array_agg(item_id) AS item_id, array_agg(location_id) AS location_id, array_agg(quantity) AS quantity,
    array_agg(as_of) AS as_of_us,
    ARRAY[(
        SELECT count(*) FROM import_stock
        WHERE job_id = %(job_id)s AND place > %(after)s AND place <= %(upto)s
    )] AS staged
FROM (
    SELECT
        i.item_id::bigint AS item_id, l.location_id::bigint AS location_id, s.quantity, s.as_of
    FROM import_stock AS s
    JOIN item AS i ON i.sku = s.sku AND i.owner_id = %(owner_id)s AND NOT i.superseded AND NOT i.is_kit
    JOIN location AS l ON l.code = s.location
    WHERE s.job_id = %(job_id)s AND s.place > %(after)s AND s.place <= %(upto)s
    ORDER BY i.item_id, l.location_id
) AS staged
