-- The latest events that pass the filter. Each actor's events of each kind lie in order in one index: so many of each
-- are looked at as may be shown, whoever did most.
WITH pairs AS (
    SELECT w.actor_id, k.kind
    FROM (
        SELECT 0 AS actor_id, 'system'::actor_kind AS kind, 'system' AS name
        UNION ALL
        SELECT a.actor_id, a.kind, a.name FROM actor AS a
    ) AS w
    CROSS JOIN unnest(%(kinds)s::event_kind[]) AS k (kind)
    WHERE
        (%(actor)s::text IS NULL OR w.name = %(actor)s)
        AND (%(actor_kind)s::actor_kind IS NULL OR w.kind = %(actor_kind)s)
)
SELECT e.event_id, e.recorded_at, e.subject_id, p.kind::text AS kind, e.body::text AS body, p.actor_id
FROM pairs AS p
CROSS JOIN LATERAL (
    SELECT v.event_id, v.recorded_at, v.subject_id, v.body
    FROM event AS v
    WHERE
        v.actor_id = p.actor_id AND v.kind = p.kind
        AND (%(since)s::timestamptz IS NULL OR v.recorded_at >= %(since)s)
        AND (%(until)s::timestamptz IS NULL OR v.recorded_at < %(until)s)
        AND (%(before_at)s::timestamptz IS NULL OR (v.recorded_at, v.event_id) < (%(before_at)s, %(before_id)s::bigint))
    ORDER BY v.recorded_at DESC, v.event_id DESC
    LIMIT %(count)s
) AS e
ORDER BY e.recorded_at DESC, e.event_id DESC
LIMIT %(count)s
