-- The year in figures. Amounts are minor units of the book currency.
SELECT
    (SELECT count(*) FROM orders) AS orders,
    (SELECT count(*) FROM orders WHERE state = 'waiting') AS waiting,
    (SELECT count(*) FROM orders WHERE state = 'cancelled') AS cancelled,
    l.lines, l.units, l.units_waiting, l.units_dropped, l.lines_short, l.lines_short_orders,
    f.fulfilments, f.parcels, f.freight_minor, f.handling_minor, f.wait_minor, f.waited,
    s.one_location, s.split,
    (SELECT count(*) FROM decision WHERE round = 1 AND unserved_minor > 0) AS short_when_placed,
    (SELECT count(*) FROM decision WHERE proven) AS proven,
    (SELECT count(*) FROM decision) AS decisions
FROM (
    SELECT
        count(*) AS lines, coalesce(sum(quantity), 0)::bigint AS units,
        coalesce(sum(waiting), 0)::bigint AS units_waiting, coalesce(sum(dropped), 0)::bigint AS units_dropped,
        count(*) FILTER (WHERE waiting + dropped > 0) AS lines_short,
        count(DISTINCT order_id) FILTER (WHERE waiting + dropped > 0) AS lines_short_orders
    FROM order_line
) AS l, (
    SELECT
        count(*) AS fulfilments, coalesce(sum(parcels), 0)::bigint AS parcels,
        coalesce(sum(freight_minor), 0)::bigint AS freight_minor,
        coalesce(sum(handling_minor), 0)::bigint AS handling_minor,
        coalesce(sum(wait_minor), 0)::bigint AS wait_minor, count(*) FILTER (WHERE wait_minor > 0) AS waited
    FROM fulfilment
    WHERE state = 'planned'
) AS f, (
    SELECT count(*) FILTER (WHERE places = 1) AS one_location, count(*) FILTER (WHERE places > 1) AS split
    FROM (
        SELECT count(DISTINCT location_id) AS places FROM fulfilment WHERE state = 'planned' GROUP BY order_id
    ) AS by_order
) AS s
