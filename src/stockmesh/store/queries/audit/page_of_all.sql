-- The latest events of some kinds, whoever raised them. Each kind lies in order in one index.
SELECT e.event_id, e.recorded_at, e.subject_id, k.kind::text AS kind, e.body::text AS body, e.actor_id
FROM unnest(%(kinds)s::event_kind[]) AS k (kind)
CROSS JOIN LATERAL (
    SELECT v.event_id, v.recorded_at, v.subject_id, v.body, v.actor_id
    FROM event AS v
    WHERE
        v.kind = k.kind
        AND (%(since)s::timestamptz IS NULL OR v.recorded_at >= %(since)s)
        AND (%(until)s::timestamptz IS NULL OR v.recorded_at < %(until)s)
        AND (%(before_at)s::timestamptz IS NULL OR (v.recorded_at, v.event_id) < (%(before_at)s, %(before_id)s::bigint))
    ORDER BY v.recorded_at DESC, v.event_id DESC
    LIMIT %(count)s
) AS e
ORDER BY e.recorded_at DESC, e.event_id DESC
LIMIT %(count)s
