-- Seals the next runs of positions as one block: a digest over the block before it and over every event. Answers up
-- to which position, how many events, and whether more may wait; no row when nothing does.
WITH latest AS (
    SELECT b.block_no, b.last_position, b.digest FROM event_block AS b ORDER BY b.block_no DESC LIMIT 1
), tip AS (
    SELECT
        coalesce((SELECT l.block_no FROM latest AS l), 0) AS block_no,
        coalesce((SELECT l.last_position FROM latest AS l), 0) AS last_position,
        coalesce((SELECT l.digest FROM latest AS l), '') AS digest
), runs AS (
    SELECT r.first_position, r.first_event_id, r.events
    FROM event_run AS r
    WHERE r.first_position > (SELECT t.last_position FROM tip AS t)
    ORDER BY r.first_position
    LIMIT %(runs)s
), told AS (
    SELECT
        count(*) AS events, count(DISTINCT r.first_position) AS runs, max(r.first_position + r.events - 1) AS last_position,
        string_agg(coalesce(
            x.digest, event_digest(
                e.event_id, e.recorded_at, e.subject_id, e.kind, e.body, coalesce(a.kind, 'system'),
                coalesce(a.name, 'system')
            )
        ), ''::bytea ORDER BY r.first_position, e.event_id) AS digests
    FROM runs AS r
    CROSS JOIN LATERAL (
        SELECT v.event_id, v.recorded_at, v.subject_id, v.kind, v.body, v.actor_id FROM event AS v
        WHERE v.event_id >= r.first_event_id AND v.event_id < r.first_event_id + r.events
    ) AS e
    LEFT JOIN actor AS a ON a.actor_id = e.actor_id
    LEFT JOIN event_redacted AS x ON x.event_id = e.event_id
)
, sealed AS (
    INSERT INTO event_block (block_no, last_position, sealed_at, digest)
    SELECT
        t.block_no + 1, n.last_position, %(sealed_at)s,
        sha256(t.digest || convert_to(format('%%s %%s|', t.block_no + 1, n.last_position), 'UTF8') || n.digests)
    FROM tip AS t
    CROSS JOIN told AS n
    WHERE n.events > 0
    RETURNING block_no, last_position
)
SELECT s.block_no, s.last_position, n.events, n.runs = %(runs)s AS more FROM sealed AS s CROSS JOIN told AS n
