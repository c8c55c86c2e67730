-- Units promised beyond what was counted, and those of them that nobody was told of, which there must be none of.
SELECT
    coalesce(sum(s.shortfall), 0)::bigint AS short,
    coalesce(sum(s.shortfall) FILTER (WHERE NOT EXISTS (
        SELECT FROM event AS e
        WHERE e.subject_id = s.item_id AND e.kind = 'stock_shortfall' AND e.body ->> 'location' = l.code
    )), 0)::bigint AS untold,
    coalesce(sum(greatest(-s.sellable, 0) + greatest(-s.committed, 0)), 0)::bigint AS negative,
    pg_database_size(current_database()) AS bytes
FROM stock AS s
LEFT JOIN location AS l USING (location_id)
WHERE s.shortfall > 0 OR s.sellable < 0 OR s.committed < 0
