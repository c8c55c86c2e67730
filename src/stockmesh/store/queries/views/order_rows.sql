-- Orders of a list by id, in the order of the ids given. Whoever reaches some locations is told what these send.
SELECT
    o.order_id, o.reference, c.code AS channel, o.customer, o.placed_at, o.state::text AS state, o.country, o.area,
    o.assumed,
    CASE
        WHEN %(reach_locations)s::integer[] IS NULL THEN d.cost_minor - d.unserved_minor
        ELSE coalesce(planned.cost_minor, 0)
    END AS cost_minor,
    CASE WHEN %(reach_locations)s::integer[] IS NULL THEN d.unserved_minor ELSE 0 END AS unserved_minor, d.proven,
    w.book_currency AS currency,
    lines.lines, lines.units, lines.waiting, lines.dropped,
    coalesce(planned.locations, '{}') AS locations, coalesce(planned.parcels, 0) AS parcels
FROM unnest(%(order_ids)s::bigint[]) WITH ORDINALITY AS asked (order_id, place)
JOIN orders AS o ON o.order_id = asked.order_id
JOIN channel AS c ON c.channel_id = o.channel_id
JOIN decision AS d ON d.order_id = o.order_id AND d.round = o.round
JOIN owner AS w ON w.owner_id = c.owner_id
CROSS JOIN LATERAL (
    SELECT
        count(*) AS lines, sum(l.quantity)::bigint AS units, sum(l.waiting)::bigint AS waiting,
        sum(l.dropped)::bigint AS dropped
    FROM order_line AS l
    WHERE l.order_id = o.order_id
) AS lines
CROSS JOIN LATERAL (
    SELECT
        array_agg(DISTINCT s.code ORDER BY s.code) AS locations, sum(f.parcels)::bigint AS parcels,
        sum(f.freight_minor + f.handling_minor + f.wait_minor)::bigint AS cost_minor
    FROM fulfilment AS f
    JOIN location AS s ON s.location_id = f.location_id
    WHERE
        f.order_id = o.order_id AND f.state = 'planned'
        AND (%(reach_locations)s::integer[] IS NULL OR f.location_id = ANY (%(reach_locations)s::integer[]))
) AS planned
ORDER BY asked.place
