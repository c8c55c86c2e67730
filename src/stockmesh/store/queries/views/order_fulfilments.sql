-- The fulfilments of an order, void ones too.
SELECT
    f.fulfilment_no, f.round, f.state::text AS state, l.code AS location, l.body ->> 'name' AS location_name,
    s.code AS service, s.carrier_code AS carrier, f.parcels, f.slot_day, f.freight_minor, f.handling_minor, f.wait_minor
FROM fulfilment AS f
JOIN location AS l ON l.location_id = f.location_id
JOIN service AS s ON s.service_id = f.service_id
WHERE
    f.order_id = %(order_id)s
    AND (%(reach_locations)s::integer[] IS NULL OR f.location_id = ANY (%(reach_locations)s::integer[]))
ORDER BY f.fulfilment_no
