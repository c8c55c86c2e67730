-- Balances that differ from the sum of their movements, both ways round. Shortfall accounts are negative.
WITH journal AS (
    SELECT
        moved.item_id, moved.location_id,
        sum(moved.units) FILTER (WHERE moved.state = 'sellable') AS sellable,
        sum(moved.units) FILTER (WHERE moved.state = 'committed') AS committed,
        sum(moved.units) FILTER (WHERE moved.state = 'reserved') AS reserved,
        sum(moved.units) FILTER (WHERE moved.state = 'quality_control') AS quality_control,
        sum(moved.units) FILTER (WHERE moved.state = 'damaged') AS damaged,
        sum(moved.units) FILTER (WHERE moved.state = 'refurbish') AS refurbish,
        -sum(moved.units) FILTER (WHERE moved.state = 'shortfall') AS shortfall
    FROM (
        SELECT m.item_id, end_of.location_id, end_of.state, end_of.units
        FROM movement AS m
        CROSS JOIN LATERAL (
            VALUES (m.to_location, m.to_state, m.quantity), (m.from_location, m.from_state, -m.quantity)
        ) AS end_of (location_id, state, units)
    ) AS moved
    WHERE moved.location_id <> 0
    GROUP BY moved.item_id, moved.location_id
), compared AS (
    SELECT
        item_id, location_id, pair.name, coalesce(pair.book, 0) AS book, coalesce(pair.journal, 0)::bigint AS journal
    FROM stock AS s
    FULL JOIN journal AS j USING (item_id, location_id)
    CROSS JOIN LATERAL (
        VALUES
            ('sellable', s.sellable, j.sellable), ('committed', s.committed, j.committed),
            ('reserved', s.reserved, j.reserved), ('quality_control', s.quality_control, j.quality_control),
            ('damaged', s.damaged, j.damaged), ('refurbish', s.refurbish, j.refurbish),
            ('shortfall', s.shortfall, j.shortfall)
    ) AS pair (name, book, journal)
    WHERE coalesce(pair.book, 0) <> coalesce(pair.journal, 0)
)
SELECT NULL::bigint AS order_id, i.sku, l.code AS location, c.name AS column_name, c.book, c.journal
FROM compared AS c
LEFT JOIN item AS i USING (item_id)
LEFT JOIN location AS l USING (location_id)
ORDER BY c.item_id, c.location_id, c.name
LIMIT %(most)s
