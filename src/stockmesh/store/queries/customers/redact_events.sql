-- Takes what people said out of the events of some orders. The digest of what each was is kept, so that its seal holds.
WITH said AS (
    SELECT
        e.event_id, event_digest(
            e.event_id, e.recorded_at, e.subject_id, e.kind, e.body, coalesce(a.kind, 'system'),
            coalesce(a.name, 'system')
        ) AS digest
    FROM event AS e
    LEFT JOIN actor AS a ON a.actor_id = e.actor_id
    WHERE
        e.subject_id = ANY (%(orders)s::bigint[]) AND e.kind::text LIKE 'order\_%%'
        AND coalesce(e.body ->> 'reason', '') NOT IN ('', %(erased)s)
), kept AS (
    INSERT INTO event_redacted (event_id, redacted_at, digest)
    SELECT s.event_id, %(redacted_at)s, s.digest FROM said AS s ORDER BY s.event_id
    ON CONFLICT (event_id) DO NOTHING
)
UPDATE event AS e SET body = jsonb_set(e.body, '{reason}', to_jsonb(%(erased)s::text))
FROM said AS s
WHERE e.event_id = s.event_id
