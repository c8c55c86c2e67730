-- Events that were never announced to the relay, or announced without being there: their numbers do not agree.
WITH counted AS (
    SELECT
        (SELECT count(*) FROM event) AS events,
        (SELECT coalesce(sum(r.events), 0) FROM event_run AS r)
        + (SELECT coalesce(sum(a.events), 0) FROM announcement AS a) AS announced
)
SELECT
    NULL::bigint AS order_id, NULL::text AS sku, NULL::text AS location, 'events' AS column_name, c.events AS book,
    c.announced::bigint AS journal
FROM counted AS c
WHERE c.events <> c.announced
LIMIT %(most)s
