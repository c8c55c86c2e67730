-- Gives the events of committed announcements the next positions; answers how many events, and the cells they touched.
WITH taken AS (
    DELETE FROM announcement
    WHERE announcement_id IN (
        SELECT a.announcement_id FROM announcement AS a ORDER BY a.announcement_id LIMIT %(most)s
    )
    RETURNING announcement_id, first_event_id, events, cells
), placed AS (
    INSERT INTO event_run (first_position, first_event_id, events)
    SELECT
        coalesce((SELECT r.first_position + r.events FROM event_run AS r ORDER BY r.first_position DESC LIMIT 1), 1)
        + sum(t.events) OVER (ORDER BY t.announcement_id) - t.events,
        t.first_event_id, t.events
    FROM taken AS t
    ORDER BY t.announcement_id
)
SELECT
    (SELECT coalesce(sum(t.events), 0)::bigint FROM taken AS t) AS events,
    (SELECT count(*) FROM taken) AS announcements,
    ARRAY(SELECT DISTINCT c.cell FROM taken AS t, unnest(t.cells) AS c (cell) ORDER BY c.cell) AS cells
