-- Blocks of sealed events whose digest is not the one that their events and the block before them make.
WITH block AS (
    SELECT
        b.block_no, b.last_position, b.digest,
        coalesce(lag(b.digest) OVER (ORDER BY b.block_no), '') AS digest_before,
        coalesce(lag(b.last_position) OVER (ORDER BY b.block_no), 0) AS after_position,
        row_number() OVER (ORDER BY b.block_no) AS expected_no
    FROM event_block AS b
)
SELECT
    NULL::bigint AS order_id, NULL::text AS sku, NULL::text AS location, 'block' AS column_name, b.block_no AS book,
    b.after_position + 1 AS journal
FROM block AS b
CROSS JOIN LATERAL (
    SELECT string_agg(coalesce(
        x.digest, event_digest(
            e.event_id, e.recorded_at, e.subject_id, e.kind, e.body, coalesce(a.kind, 'system'),
            coalesce(a.name, 'system')
        )
    ), ''::bytea ORDER BY r.first_position, e.event_id) AS digests
    FROM event_run AS r
    CROSS JOIN LATERAL (
        SELECT v.event_id, v.recorded_at, v.subject_id, v.kind, v.body, v.actor_id FROM event AS v
        WHERE v.event_id >= r.first_event_id AND v.event_id < r.first_event_id + r.events
    ) AS e
    LEFT JOIN actor AS a ON a.actor_id = e.actor_id
    LEFT JOIN event_redacted AS x ON x.event_id = e.event_id
    WHERE r.first_position > b.after_position AND r.first_position <= b.last_position
) AS told
WHERE
    b.block_no <> b.expected_no
    OR b.digest IS DISTINCT FROM sha256(
        b.digest_before || convert_to(format('%%s %%s|', b.expected_no, b.last_position), 'UTF8') || told.digests
    )
ORDER BY b.block_no
LIMIT %(most)s
