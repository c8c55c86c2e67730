-- Staged rows of stock that name no item, no location, or a kit: their row numbers, reason by reason.
SELECT
    array_agg(s.row_no::bigint ORDER BY s.row_no) FILTER (WHERE i.item_id IS NULL) AS unknown_sku,
    array_agg(s.row_no::bigint ORDER BY s.row_no) FILTER (WHERE l.location_id IS NULL) AS unknown_location,
    array_agg(s.row_no::bigint ORDER BY s.row_no) FILTER (WHERE i.is_kit) AS kit_has_no_stock
FROM import_stock AS s
LEFT JOIN item AS i ON i.sku = s.sku AND i.owner_id = %(owner_id)s AND NOT i.superseded
LEFT JOIN location AS l ON l.code = s.location
WHERE s.job_id = %(job_id)s AND (i.item_id IS NULL OR l.location_id IS NULL OR i.is_kit)
