-- Cells as they stand after a command; they were locked by it. Instants are microseconds since 1970, -1 for none.
UPDATE stock AS s
SET
    sellable = c.sellable, committed = c.committed, reserved = c.reserved, quality_control = c.quality_control,
    damaged = c.damaged, refurbish = c.refurbish, shortfall = c.shortfall, safety_stock = c.safety_stock,
    counted_as_of = CASE WHEN c.counted_us >= 0
        THEN timestamptz '1970-01-01 00:00:00+00' + c.counted_us * interval '1 microsecond' END,
    counted_kind = nullif(c.counted_kind, '')
FROM unnest(
    %(items)s::bigint[], %(locations)s::bigint[], %(sellable)s::bigint[], %(committed)s::bigint[],
    %(reserved)s::bigint[], %(quality_control)s::bigint[], %(damaged)s::bigint[], %(refurbish)s::bigint[],
    %(shortfall)s::bigint[], %(safety_stock)s::bigint[], %(counted_us)s::bigint[], %(counted_kind)s::text[]
) AS c (
    item_id, location_id, sellable, committed, reserved, quality_control, damaged, refurbish, shortfall, safety_stock,
    counted_us, counted_kind
)
WHERE s.item_id = c.item_id::integer AND s.location_id = c.location_id::integer
