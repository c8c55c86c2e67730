-- Takes units order by order (sellable becomes committed), and for each of its shipments room on a location-day that is
-- locked already. Answers the orders that could not be taken whole, of which nothing is taken, and the instant of the
-- latest count of available among the rows, which nobody changes any more.
-- Rows are locked in key order; within a row the units are summed in arrival order, so that whoever came first wins.
WITH wanted AS (
    SELECT place::integer AS place, item_id::integer AS item_id, location_id::integer AS location_id, quantity, buffer
    FROM unnest(%(places)s::bigint[], %(items)s::bigint[], %(locations)s::bigint[], %(quantities)s::bigint[],
        %(buffers)s::bigint[]) AS w (place, item_id, location_id, quantity, buffer)
), locked AS MATERIALIZED (
    SELECT
        s.item_id, s.location_id, s.sellable - s.safety_stock AS available,
        CASE WHEN s.counted_kind = 'available' THEN s.counted_as_of END AS counted_as_of
    FROM stock AS s
    WHERE (s.item_id, s.location_id) IN (SELECT w.item_id, w.location_id FROM wanted AS w)
    ORDER BY s.item_id, s.location_id
    FOR UPDATE OF s
), running AS (
    SELECT w.*, coalesce(l.available, 0) AS available,
        sum(w.quantity) OVER (PARTITION BY w.item_id, w.location_id ORDER BY w.place) AS so_far
    FROM wanted AS w
    LEFT JOIN locked AS l USING (item_id, location_id)
), losers AS (
    SELECT DISTINCT place FROM running WHERE so_far + buffer > available
), taken AS (
    SELECT item_id, location_id, sum(quantity)::bigint AS quantity
    FROM wanted
    WHERE place NOT IN (SELECT place FROM losers)
    GROUP BY item_id, location_id
), updated AS (
    UPDATE stock AS s
    SET sellable = s.sellable - t.quantity, committed = s.committed + t.quantity
    FROM taken AS t
    WHERE s.item_id = t.item_id AND s.location_id = t.location_id
), booked AS (
    SELECT location_id::integer AS location_id, date '1970-01-01' + day::integer AS day, count(*)::integer AS orders
    FROM unnest(%(slot_places)s::bigint[], %(slot_locations)s::bigint[], %(slot_days)s::bigint[])
        AS w (place, location_id, day)
    WHERE place NOT IN (SELECT place FROM losers)
    GROUP BY 1, 2
), days AS (
    UPDATE location_day AS d SET taken = d.taken + b.orders
    FROM booked AS b
    WHERE d.location_id = b.location_id AND d.day = b.day
)
SELECT
    ARRAY(SELECT place FROM losers ORDER BY place) AS losers,
    coalesce((SELECT extract(epoch FROM max(counted_as_of)) * 1000000 FROM locked), 0)::bigint AS counted_us
