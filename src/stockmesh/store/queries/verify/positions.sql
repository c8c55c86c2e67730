-- Runs of events that do not begin where the one before them ends.
SELECT
    NULL::bigint AS order_id, NULL::text AS sku, NULL::text AS location, 'position' AS column_name,
    r.first_position AS book, r.expected AS journal
FROM (
    SELECT
        n.first_position,
        coalesce(lag(n.first_position + n.events) OVER (ORDER BY n.first_position), 1) AS expected
    FROM event_run AS n
) AS r
WHERE r.first_position <> r.expected
ORDER BY r.first_position
LIMIT %(most)s
