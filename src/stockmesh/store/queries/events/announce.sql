-- Announces runs of events that this transaction wrote, and with the first the cells that it touched.
INSERT INTO announcement (first_event_id, events, cells)
SELECT r.first_event_id, r.events, CASE WHEN r.place = 1 THEN %(cells)s::bigint[] ELSE '{}' END
FROM unnest(%(first_event_ids)s::bigint[], %(counts)s::bigint[]) WITH ORDINALITY AS r (first_event_id, events, place)
ORDER BY r.place
